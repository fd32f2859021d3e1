package dev.stepcache;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The house and its rooms (docs/design.md): what each may use. */
class ArchitectureTest {
  /**
   * A room's floor, and the rooms that it may use.
   *
   * @param uses never of a higher floor
   */
  record Room(int floor, Set<String> uses) {}

  static final Map<String, Room> ROOMS =
      Map.ofEntries(
          Map.entry("text", new Room(0, Set.of())),
          Map.entry("tree", new Room(0, Set.of())),
          Map.entry("resources", new Room(0, Set.of())),
          Map.entry("io", new Room(0, Set.of())),
          Map.entry("oci", new Room(1, Set.of("io", "text"))),
          Map.entry("key", new Room(1, Set.of("io", "text", "tree"))),
          Map.entry("syscall", new Room(1, Set.of("text", "tree"))),
          Map.entry("folder", new Room(1, Set.of("io", "tree", "syscall"))),
          Map.entry("disk", new Room(1, Set.of("text", "tree", "syscall", "folder"))),
          Map.entry("scan", new Room(2, Set.of("io", "text", "tree", "syscall", "folder", "disk"))),
          Map.entry("journal", new Room(2, Set.of("tree", "syscall", "folder"))),
          Map.entry(
              "restore",
              new Room(2, Set.of("io", "text", "tree", "syscall", "folder", "disk", "journal"))),
          Map.entry("archive", new Room(2, Set.of("io", "text", "tree", "oci", "disk"))),
          Map.entry("store", new Room(2, Set.of("text", "oci"))),
          Map.entry(
              "format",
              new Room(3, Set.of("resources", "tree", "oci", "key", "folder", "archive"))),
          Map.entry("http", new Room(3, Set.of("io", "text", "store"))),
          Map.entry("retry", new Room(3, Set.of("http", "io", "store"))),
          // A login that was named and is not there is a store's failure like any other.
          Map.entry("credentials", new Room(3, Set.of("oci", "store"))),
          Map.entry("layout", new Room(3, Set.of("io", "oci", "store"))),
          Map.entry(
              "plan", new Room(4, Set.of("tree", "oci", "disk", "scan", "archive", "format"))),
          Map.entry(
              "usage",
              new Room(4, Set.of("tree", "oci", "syscall", "folder", "archive", "format"))),
          Map.entry(
              "unpack",
              new Room(
                  4, Set.of("tree", "oci", "syscall", "disk", "restore", "archive", "format"))),
          Map.entry(
              "registry",
              new Room(4, Set.of("io", "text", "oci", "store", "http", "retry", "credentials"))),
          Map.entry("objects", new Room(4, Set.of("http", "io", "oci", "retry", "store", "text"))),
          Map.entry("oauth", new Room(5, Set.of("http", "objects", "oci", "retry", "store"))),
          Map.entry(
              "gcs", new Room(5, Set.of("http", "oauth", "objects", "oci", "retry", "store"))),
          Map.entry(
              "azure", new Room(5, Set.of("http", "oauth", "objects", "oci", "retry", "store"))),
          Map.entry(
              "s3", new Room(5, Set.of("http", "io", "objects", "oci", "retry", "store", "text"))),
          Map.entry(
              "transfer",
              new Room(
                  4,
                  Set.of("io", "resources", "tree", "oci", "disk", "archive", "store", "format"))),
          Map.entry(
              "outcome",
              new Room(
                  5,
                  Set.of(
                      "archive",
                      "disk",
                      "folder",
                      "key",
                      "oci",
                      "restore",
                      "store",
                      "text",
                      "transfer",
                      "tree"))),
          Map.entry(
              "cache",
              new Room(
                  6,
                  Set.of(
                      "disk",
                      "archive",
                      "folder",
                      "format",
                      "key",
                      "oci",
                      "outcome",
                      "plan",
                      "resources",
                      "restore",
                      "scan",
                      "store",
                      "text",
                      "transfer",
                      "tree",
                      "unpack",
                      "usage"))),
          Map.entry(
              "connect",
              new Room(
                  6,
                  Set.of(
                      "azure",
                      "credentials",
                      "gcs",
                      "http",
                      "layout",
                      "objects",
                      "oci",
                      "registry",
                      "s3",
                      "store",
                      "transfer"))),
          Map.entry("console", new Room(6, Set.of("key", "outcome", "store", "text"))),
          Map.entry(
              "step",
              new Room(
                  7,
                  Set.of(
                      "disk",
                      "connect",
                      "console",
                      "key",
                      "oci",
                      "outcome",
                      "resources",
                      "store",
                      "text",
                      "usage"))));

  private static final int MOST_TYPES = 25;

  static final String HOUSE = "dev.stepcache.";

  static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.stepcache");

  private final Map<String, Room> rooms = new TreeMap<>(ROOMS);

  @Test
  void eachClassLiesInARoom() {
    classes().should().resideInAnyPackage(packages(rooms.keySet())).check(CODE);
  }

  @Test
  void noRoomUsesAHigherFloor() {
    rooms.forEach((name, room) ->
        assertThat(room.uses())
            .as(name)
            .allMatch(used -> rooms.containsKey(used) && rooms.get(used).floor() <= room.floor()));
  }

  @Test
  void eachRoomUsesOnlyTheRoomsThatItMay() {
    rooms.forEach((name, room) -> {
      Set<String> others = new TreeSet<>(rooms.keySet());
      others.removeAll(room.uses());
      others.remove(name);
      noClasses()
          .that()
          .resideInAPackage(packageOf(name))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(packages(others))
          .check(CODE);
    });
  }

  @Test
  void noRoomsNeedEachOther() {
    slices().matching(HOUSE + "(**)").should().beFreeOfCycles().check(CODE);
  }

  @Test
  void theDesignTellsTheseRooms() throws IOException {
    Map<String, Room> told = new TreeMap<>();
    Pattern row = Pattern.compile("\\| (\\d) \\| `(\\w+)` \\| .* \\| (.*) \\|");
    for (String line : Files.readAllLines(Path.of("../docs/design.md"))) {
      Matcher cells = row.matcher(line);
      if (cells.matches()) {
        Set<String> uses = new TreeSet<>(List.of(cells.group(3).replace("`", "").split(", ")));
        uses.remove("-");
        told.put(cells.group(2), new Room(Integer.parseInt(cells.group(1)), uses));
      }
    }
    assertThat(told).isEqualTo(rooms);
  }

  @Test
  void noRoomIsAHall() {
    Map<String, Set<String>> types = new TreeMap<>();
    for (JavaClass type : CODE) {
      if (type.isTopLevelClass() && !type.getSimpleName().equals("package-info")) {
        types
            .computeIfAbsent(type.getPackageName(), name -> new TreeSet<>())
            .add(type.getSimpleName());
      }
    }
    types.values().removeIf(names -> names.size() <= MOST_TYPES);
    assertThat(types).as("packages of more than " + MOST_TYPES + " types").isEmpty();
  }

  @Test
  void noFilesOfARoomNeedEachOther() {
    slices()
        .assignedFrom(
            new SliceAssignment() {
              @Override
              public SliceIdentifier getIdentifierOf(JavaClass type) {
                return SliceIdentifier.of(outermost(type).getName());
              }

              @Override
              public String getDescription() {
                return "files";
              }
            })
        .should()
        .beFreeOfCycles()
        // Who seals a family names its members, and they it.
        .ignoreDependency(
            describe("is sealed", ArchitectureTest::isSealed),
            describe(
                "is of a sealed family",
                type ->
                    type.getAllRawInterfaces().stream().anyMatch(ArchitectureTest::isSealed)
                        || type.getAllRawSuperclasses().stream()
                            .anyMatch(ArchitectureTest::isSealed)))
        .check(CODE);
  }

  @Test
  void theRoomsInsideRegistryAreSeenByNobodyElse() {
    DescribedPredicate<JavaClass> inside =
        describe(
            "lie inside registry", type -> type.getPackageName().startsWith(HOUSE + "registry."));
    noClasses()
        .that()
        .resideOutsideOfPackage(packageOf("registry"))
        .should()
        .dependOnClassesThat(inside)
        .check(CODE);
  }

  @Test
  void noNameIsAJunkDrawer() {
    String word = "(Util|Utils|Utility|Utilities|Helper|Helpers|Common|Commons|Manager|Impl|Misc)";
    noClasses()
        .should()
        .haveNameMatching(".*[.$a-z0-9]" + word + "([A-Z0-9$].*)?")
        .orShould()
        .haveNameMatching("(?i).*\\." + word + "\\..*")
        .check(CODE);
  }

  private static boolean isSealed(JavaClass type) {
    return type.getName().startsWith(HOUSE) && type.reflect().isSealed();
  }

  static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
  }

  static String packageOf(String room) {
    return HOUSE + room + "..";
  }

  static String[] packages(Set<String> names) {
    return names.stream().map(ArchitectureTest::packageOf).toArray(String[]::new);
  }
}
