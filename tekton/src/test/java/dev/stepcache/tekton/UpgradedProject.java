package dev.stepcache.tekton;

import dev.stepcache.usage.Units;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A project of which one dependency after the other goes to its next version, over and over.
 *
 * @param tool the program that must be there
 * @param units what it needs whole
 * @param dependencies each with its versions, oldest first
 * @param build what builds it
 * @param variables that the build has, {@code {}} being the cache path
 * @param offline what keeps the build from the network, in place of what it has else
 */
record UpgradedProject(
    String tool,
    Units units,
    List<Dependency> dependencies,
    Map<String, String> sources,
    String build,
    Map<String, String> variables,
    Map<String, String> offline) {

  /** What a build depends on. */
  record Dependency(String name, List<String> versions) {
    static Dependency of(String name, String... versions) {
      return new Dependency(name, List.of(versions));
    }
  }

  /** How many upgrades there are, if each takes one dependency to its next version. */
  int upgrades() {
    return dependencies.stream().mapToInt(one -> one.versions().size() - 1).sum();
  }

  /** The version that a dependency has after so many upgrades. */
  private String version(int at, int upgrades) {
    int turns = upgrades / dependencies.size() + (at < upgrades % dependencies.size() ? 1 : 0);
    return dependencies.get(at).versions().get(turns);
  }

  /** A line for each dependency, from {@code %s} for its name and one for its version. */
  List<String> lines(String format, int upgrades) {
    return IntStream.range(0, dependencies.size())
        .mapToObj(at -> format.formatted(dependencies.get(at).name(), version(at, upgrades)))
        .toList();
  }

  static UpgradedProject go() {
    return new UpgradedProject(
        "go",
        Units.GO,
        List.of(
            Dependency.of("golang.org/x/text", "v0.14.0", "v0.15.0", "v0.16.0", "v0.17.0"),
            Dependency.of("golang.org/x/net", "v0.22.0", "v0.23.0", "v0.24.0", "v0.25.0"),
            Dependency.of("golang.org/x/crypto", "v0.21.0", "v0.22.0", "v0.23.0", "v0.24.0"),
            Dependency.of("google.golang.org/protobuf", "v1.31.0", "v1.32.0", "v1.33.0", "v1.34.0"),
            Dependency.of("github.com/spf13/cobra", "v1.5.0", "v1.6.0", "v1.7.0", "v1.8.0"),
            Dependency.of(
                "github.com/klauspost/compress", "v1.17.0", "v1.17.2", "v1.17.3", "v1.17.4"),
            Dependency.of("go.uber.org/zap", "v1.24.0", "v1.25.0", "v1.26.0", "v1.27.0"),
            Dependency.of(
                "github.com/prometheus/client_golang", "v1.14.0", "v1.15.0", "v1.16.0", "v1.17.0"),
            Dependency.of("github.com/rs/zerolog", "v1.29.0", "v1.30.0", "v1.31.0", "v1.32.0"),
            Dependency.of("github.com/google/go-cmp", "v0.5.8", "v0.5.9", "v0.6.0", "v0.7.0")),
        Map.of(
            "main.go",
            """
            package main

            import (
            	"fmt"
            	"net/http"

            	"github.com/google/go-cmp/cmp"
            	"github.com/klauspost/compress/zstd"
            	"github.com/prometheus/client_golang/prometheus"
            	"github.com/rs/zerolog"
            	"github.com/spf13/cobra"
            	"go.uber.org/zap"
            	"golang.org/x/crypto/ssh"
            	"golang.org/x/net/html"
            	"golang.org/x/text/language"
            	"google.golang.org/protobuf/proto"
            )

            func main() {
            	_ = http.DefaultClient
            	fmt.Println(cmp.Equal(1, 1), zstd.MaxWindowSize, prometheus.NewRegistry() != nil,
            		zerolog.InfoLevel, cobra.Command{}.Use, zap.NewNop() != nil, ssh.KeyAlgoED25519,
            		html.ErrorNode, language.English, proto.MarshalOptions{})
            }
            """),
        "go build -mod=mod -buildvcs=false -o app . && ./app",
        Map.of(
            "GOMODCACHE",
            "{}/mod",
            "GOCACHE",
            "{}/cache",
            "GOFLAGS",
            "",
            "GONOSUMDB",
            "*",
            "GONOSUMCHECK",
            "1",
            "CGO_ENABLED",
            "0"),
        Map.of("GOPROXY", "off"));
  }

  static UpgradedProject maven() {
    return new UpgradedProject(
        "mvn",
        Units.MAVEN,
        List.of(
            Dependency.of(
                "com.fasterxml.jackson.core:jackson-databind",
                "2.13.0",
                "2.14.0",
                "2.15.0",
                "2.16.0"),
            Dependency.of(
                "com.google.guava:guava", "30.1-jre", "31.0-jre", "31.1-jre", "32.0.0-jre"),
            Dependency.of("org.apache.commons:commons-lang3", "3.9", "3.10", "3.11", "3.12.0"),
            Dependency.of("commons-io:commons-io", "2.7", "2.8.0", "2.11.0", "2.13.0"),
            Dependency.of(
                "org.springframework:spring-context", "5.3.20", "5.3.21", "5.3.22", "5.3.23"),
            Dependency.of("ch.qos.logback:logback-classic", "1.2.3", "1.2.9", "1.2.10", "1.2.11"),
            Dependency.of(
                "io.netty:netty-handler",
                "4.1.80.Final",
                "4.1.82.Final",
                "4.1.84.Final",
                "4.1.86.Final"),
            Dependency.of(
                "org.apache.httpcomponents:httpclient", "4.5.10", "4.5.11", "4.5.12", "4.5.13"),
            Dependency.of(
                "org.hibernate.validator:hibernate-validator",
                "6.1.7.Final",
                "6.2.0.Final",
                "6.2.1.Final",
                "6.2.3.Final"),
            Dependency.of("org.yaml:snakeyaml", "1.27", "1.28", "1.29", "1.30")),
        Map.of(
            "src/main/java/App.java",
            """
            public class App {
              public static String text() {
                return new com.fasterxml.jackson.databind.ObjectMapper().getClass().getName()
                    + com.google.common.collect.ImmutableList.of(1)
                    + org.apache.commons.lang3.StringUtils.reverse("ab");
              }
            }
            """,
            "src/test/java/AppTest.java",
            """
            public class AppTest {
              @org.junit.jupiter.api.Test
              void tells() {
                org.junit.jupiter.api.Assertions.assertTrue(App.text().endsWith("[1]ba"));
              }
            }
            """),
        "mvn -B $MORE test",
        Map.of("MAVEN_OPTS", "-Dmaven.repo.local={}/repository", "MORE", ""),
        Map.of("MORE", "-o"));
  }

  /** The project's own files after so many upgrades. */
  Map<String, String> files(int upgrades) {
    Map<String, String> files = new HashMap<>(sources);
    if (units == Units.GO) {
      files.put(
          "go.mod",
          "module app\n\ngo 1.21\n\nrequire (\n"
              + String.join("", lines("\t%s %s\n", upgrades))
              + ")\n");
    } else {
      files.put("pom.xml", POM.formatted(String.join("", mavenLines(upgrades))));
    }
    return files;
  }

  private List<String> mavenLines(int upgrades) {
    return lines("%s:%s", upgrades).stream()
        .map(line -> line.split(":"))
        .map(part ->
            "<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>\n"
                .formatted((Object[]) part))
        .toList();
  }

  private static final String POM =
      """
      <project>
        <modelVersion>4.0.0</modelVersion>
        <groupId>app</groupId>
        <artifactId>app</artifactId>
        <version>1</version>
        <properties>
          <maven.compiler.source>17</maven.compiler.source>
          <maven.compiler.target>17</maven.compiler.target>
          <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
        </properties>
        <build><plugins><plugin>
          <artifactId>maven-surefire-plugin</artifactId>
          <version>3.2.5</version>
        </plugin></plugins></build>
        <dependencies>
          %s
          <dependency>
            <groupId>org.junit.jupiter</groupId>
            <artifactId>junit-jupiter</artifactId>
            <version>5.10.0</version>
            <scope>test</scope>
          </dependency>
        </dependencies>
      </project>
      """;
}
