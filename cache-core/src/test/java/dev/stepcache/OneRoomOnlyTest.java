package dev.stepcache;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.stepcache.ArchitectureTest.CODE;
import static dev.stepcache.ArchitectureTest.HOUSE;
import static dev.stepcache.ArchitectureTest.ROOMS;
import static dev.stepcache.ArchitectureTest.outermost;
import static dev.stepcache.ArchitectureTest.packageOf;
import static dev.stepcache.ArchitectureTest.packages;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.Timer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What only one room may do, or a few, and what none may (docs/design.md). */
class OneRoomOnlyTest {
  @Test
  void onlyTheseLibrariesAreUsed() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "javax.crypto..",
            "javax.net..",
            "javax.xml.stream..",
            "dev.stepcache..",
            "org.jspecify..",
            "com.fasterxml.jackson..",
            "com.github.luben.zstd..",
            "org.apache.hc..")
        .check(CODE);
  }

  @Test
  void onlyHttpKnowsConnections() {
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
    onlyIn(network, "http");
  }

  @Test
  void onlyArchiveKnowsZstdGzipAndTar() {
    onlyIn(
        describe(
            "are of archives",
            type ->
                type.getPackageName().startsWith("com.github.luben")
                    || (type.getPackageName().startsWith("java.util.zip")
                        && !type.getSimpleName().equals("CRC32C"))
                    || type.getPackageName().startsWith("java.util.jar")),
        "archive");
    classes()
        .that()
        .haveNameMatching(".*\\.Tar([A-Z].*)?")
        .should()
        .resideInAPackage(packageOf("archive"))
        .check(CODE);
  }

  @Test
  void onlyRoomsThatReadDocumentsKnowJackson() {
    onlyIn(
        resideInAPackage("com.fasterxml.."),
        "oci",
        "credentials",
        "registry",
        "layout",
        "oauth",
        "gcs",
        "outcome",
        "s3",
        "transfer");
  }

  @Test
  void onlyTransferRunsThingsSideBySide() {
    onlyIn(
        describe(
            "are executors",
            type ->
                type.getPackageName().equals("java.util.concurrent")
                    && type.getSimpleName()
                        .matches(
                            ".*(Executor|Future|CompletionService|ForkJoin|StructuredTask).*")),
        "transfer");
    // The wire's watchdog ends silent connections; step's worker is what TIMEOUT stops, and
    // its hook what a signal runs; what changes the cache path must not be interrupted.
    nobodyCalls(
        call ->
            is(call, Thread.class, "<init>", "ofPlatform", "ofVirtual", "startVirtualThread")
                || is(call, Timer.class, "<init>")
                || is(call, Collection.class, "parallelStream")
                || call.getName().equals("parallel"),
        "starts a thread",
        "transfer.WritebackPacer",
        "transfer.Workers",
        "http.StallWatchdog",
        "step.Step",
        "step.Worker",
        "restore.Uninterrupted");
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
        "syscall.Machine",
        // Which of two ways with the same promises is taken: both are tested.
        "syscall.SystemCalls");
  }

  @Test
  void onlyResourcesAsksWhatTheJvmHas() {
    nobodyCalls(
        call ->
            is(
                call,
                Runtime.class,
                "maxMemory",
                "totalMemory",
                "freeMemory",
                "availableProcessors"),
        "asks the JVM for heap or cores",
        "resources.Resources");
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

  private void onlyIn(DescribedPredicate<JavaClass> what, String... where) {
    assertThat(List.of(where)).as("rooms").isSubsetOf(ROOMS.keySet());
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

  private static boolean is(AccessTarget target, Class<?> owner, String... members) {
    return target.getOwner().isAssignableTo(owner) && Set.of(members).contains(target.getName());
  }
}
