package dev.stepcache.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Tests that run other programs; left out, loudly, where one of them is missing. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Programs.Condition.class)
@interface Programs {
  String[] value();

  /** Looks for the programs where a shell would. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      List<String> missing =
          AnnotationSupport.findAnnotation(context.getElement(), Programs.class)
              .map(wanted ->
                  Arrays.stream(wanted.value()).filter(program -> !isInstalled(program)).toList())
              .orElse(List.of());
      if (missing.isEmpty()) {
        return ConditionEvaluationResult.enabled("all programs are installed");
      }
      System.err.println(
          "#### "
              + context.getDisplayName()
              + " DID NOT RUN: not installed: "
              + String.join(", ", missing)
              + ". Cure: ./verify as root, or install them.");
      return ConditionEvaluationResult.disabled("not installed: " + missing);
    }

    private static boolean isInstalled(String program) {
      return Arrays.stream(System.getenv().getOrDefault("PATH", "/usr/bin").split(":"))
          .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
  }
}
