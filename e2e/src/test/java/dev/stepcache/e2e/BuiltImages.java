package dev.stepcache.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Tests that read the images; left out where {@code -Dimage.skip} says that none are built. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(BuiltImages.Condition.class)
@interface BuiltImages {
  /** Trusts the build, not the disk: an image of an earlier build proves nothing. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      String skip = System.getProperty("image.skip", "false");
      return skip.equals("false")
          ? ConditionEvaluationResult.enabled("images are built")
          : ConditionEvaluationResult.disabled("-Dimage.skip: no images are built");
    }
  }
}
