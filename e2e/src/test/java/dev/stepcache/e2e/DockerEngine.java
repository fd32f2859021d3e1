package dev.stepcache.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/**
 * Tests that run containers; left out, loudly, where no Docker engine answers or {@code
 * STEPCACHE_DOCKER=none} says that none can be had.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(DockerEngine.Condition.class)
@interface DockerEngine {
  /** Asks once for all classes: Testcontainers keeps the answer. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      boolean none = "none".equals(System.getenv("STEPCACHE_DOCKER"));
      if (!none && DockerClientFactory.instance().isDockerAvailable()) {
        return ConditionEvaluationResult.enabled("a Docker engine answers");
      }
      System.err.println(
          "#### "
              + context.getDisplayName()
              + " DID NOT RUN: no Docker engine answers. Cure: ./verify as root, or start one.");
      return ConditionEvaluationResult.disabled("no Docker engine answers");
    }
  }
}
