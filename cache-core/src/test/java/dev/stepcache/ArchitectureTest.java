package dev.stepcache;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The house and its rooms (docs/design.md): what each may use, and what only one may do. */
class ArchitectureTest {
  /**
   * A room's floor, and the rooms that it may use.
   *
   * @param uses never of a higher floor
   */
  private record Room(int floor, Set<String> uses) {}

  private static final Map<String, Room> ROOMS =
      new TreeMap<>(
          Map.of(
              "oci", new Room(0, Set.of()),
              "key", new Room(0, Set.of()),
              "tree", new Room(0, Set.of()),
              "pack", new Room(1, Set.of("oci", "tree")),
              "store", new Room(1, Set.of("oci")),
              // A login that was named and is not there is a store's failure like any other.
              "credentials", new Room(1, Set.of("oci", "store")),
              "registry", new Room(2, Set.of("oci", "store", "credentials")),
              "layout", new Room(2, Set.of("oci", "store")),
              "image", new Room(2, Set.of("oci", "key", "pack")),
              "cache", new Room(3, Set.of("oci", "key", "tree", "pack", "store", "image"))));

  /** What step may use; it also spells platforms and references, and prints, as oci does. */
  private static final Room STEP =
      new Room(4, Set.of("cache", "store", "registry", "layout", "credentials", "key", "oci"));

  private static final String HOUSE = "dev.stepcache.";

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.stepcache");

  private final Map<String, Room> rooms = new TreeMap<>(ROOMS);

  ArchitectureTest() {
    rooms.put("step", STEP);
  }

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
  void theRoomsInsideRegistryAreSeenByNobodyElse() {
    // step says whom to trust and which proxies to take: two values of the wire's.
    DescribedPredicate<JavaClass> inside =
        describe(
            "lie inside registry",
            type ->
                (type.getPackageName().startsWith(HOUSE + "registry."))
                    && !type.getName().equals(HOUSE + "registry.wire.Trust")
                    && !type.getName().equals(HOUSE + "registry.wire.Proxies"));
    noClasses()
        .that()
        .resideOutsideOfPackage(packageOf("registry"))
        .should()
        .dependOnClassesThat(inside)
        .check(CODE);
  }

  @Test
  void onlyTheseLibrariesAreUsed() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "javax.net..",
            "dev.stepcache..",
            "org.jspecify..",
            "com.fasterxml.jackson..",
            "com.github.luben.zstd..",
            "org.apache.hc..")
        .check(CODE);
  }

  @Test
  void onlyRegistryKnowsHttpAndSockets() {
    Set<String> names = Set.of("URI", "URISyntaxException", "URLDecoder", "URLEncoder");
    DescribedPredicate<JavaClass> network =
        describe(
            "are of the network",
            type ->
                (type.getPackageName().equals("java.net") && !names.contains(type.getSimpleName()))
                    || type.getPackageName().startsWith("java.net.http")
                    || type.getPackageName().startsWith("javax.net")
                    || type.getPackageName().startsWith("org.apache.hc.")
                    || type.getPackageName().startsWith("sun.")
                    || type.getPackageName().startsWith("com.sun.")
                    || (type.getPackageName().equals("java.nio.channels")
                        && type.getSimpleName().matches(".*(Socket|Datagram|Network).*")));
    onlyIn(network, "registry");
  }

  @Test
  void onlyPackKnowsZstdGzipAndTar() {
    onlyIn(
        describe(
            "are of archives",
            type ->
                type.getPackageName().startsWith("com.github.luben")
                    || type.getPackageName().startsWith("java.util.zip")
                    || type.getPackageName().startsWith("java.util.jar")),
        "pack");
    classes()
        .that()
        .haveNameMatching(".*\\.Tar([A-Z].*)?")
        .should()
        .resideInAPackage(packageOf("pack"))
        .check(CODE);
  }

  @Test
  void onlyRoomsThatReadDocumentsKnowJackson() {
    onlyIn(
        resideInAPackage("com.fasterxml.."), "oci", "credentials", "registry", "layout", "cache");
  }

  @Test
  void onlyCacheRunsThingsSideBySide() {
    onlyIn(
        describe(
            "are executors",
            type ->
                type.getPackageName().equals("java.util.concurrent")
                    && type.getSimpleName()
                        .matches(
                            ".*(Executor|Future|CompletionService|ForkJoin|StructuredTask).*")),
        "cache");
    // The wire's watchdog ends silent connections; step's worker is what TIMEOUT stops; what
    // changes the cache path must not be interrupted.
    nobodyCalls(
        call ->
            is(call, Thread.class, "<init>", "ofPlatform", "ofVirtual", "startVirtualThread")
                || is(call, Timer.class, "<init>")
                || is(call, Collection.class, "parallelStream")
                || call.getName().equals("parallel"),
        "starts a thread",
        "cache.Flushing",
        "cache.Workers",
        "registry.wire.SilenceWatch",
        "step.Step",
        "tree.Uninterrupted");
  }

  @Test
  void onlyStepSpeaksToTheProcessAroundIt() {
    nobodyCalls(
        call ->
            is(call, System.class, "getenv", "out", "err", "in", "exit", "setOut", "setErr")
                || is(call, Runtime.class, "exit", "halt", "addShutdownHook")
                || is(call, Throwable.class, "printStackTrace"),
        "speaks to the process around it",
        "step.Step");
  }

  @Test
  void systemPropertiesSayOnlyWhatThePlatformIs() {
    // In a container of an unknown user, user.home is "?".
    nobodyCalls(
        call ->
            is(call, System.class, "getProperty", "getProperties")
                || is(call, Boolean.class, "getBoolean")
                || is(call, Integer.class, "getInteger")
                || is(call, Long.class, "getLong"),
        "reads a system property",
        "oci.Platform",
        "tree.FileNames",
        "tree.Machine",
        // Which of two ways with the same promises is taken: both are tested.
        "tree.NewFiles");
  }

  @Test
  void nobodyLogs() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.logging..")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(System.Logger.class)
        .check(CODE);
  }

  @Test
  void noNameIsAJunkDrawer() {
    String word =
        "(Util|Utils|Utility|Utilities|Helper|Helpers|Common|Commons|Manager|Impl|Misc|Base)";
    noClasses()
        .should()
        .haveNameMatching(".*[.$a-z0-9]" + word + "([A-Z0-9$].*)?")
        .orShould()
        .haveNameMatching("(?i).*\\." + word + "\\..*")
        .check(CODE);
  }

  private void onlyIn(DescribedPredicate<JavaClass> what, String... where) {
    assertThat(List.of(where)).as("rooms").isSubsetOf(rooms.keySet());
    noClasses()
        .that()
        .resideOutsideOfPackages(packages(Set.of(where)))
        .should()
        .dependOnClassesThat(what)
        .check(CODE);
  }

  private void nobodyCalls(Predicate<AccessTarget> what, String description, String... but) {
    Set<String> allowed = new HashSet<>();
    for (String name : but) {
      assertThat(CODE.contain(HOUSE + name)).as(name).isTrue();
      allowed.add(HOUSE + name);
    }
    DescribedPredicate<JavaAccess<?>> access =
        describe(description, call -> what.test(call.getTarget()));
    noClasses()
        .that(
            describe("are not of " + allowed, type -> !allowed.contains(outermost(type).getName())))
        .should()
        .accessTargetWhere(access)
        .check(CODE);
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
  }

  private static boolean is(AccessTarget target, Class<?> owner, String... members) {
    return target.getOwner().isAssignableTo(owner) && Set.of(members).contains(target.getName());
  }

  private static String packageOf(String room) {
    return HOUSE + room + "..";
  }

  private static String[] packages(Set<String> names) {
    return names.stream().map(ArchitectureTest::packageOf).toArray(String[]::new);
  }
}
