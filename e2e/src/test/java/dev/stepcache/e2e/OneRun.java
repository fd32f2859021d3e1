package dev.stepcache.e2e;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.util.function.BooleanSupplier;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;

/** Waits until a container has ended, however it ended, and may ask it to. */
final class OneRun extends StartupCheckStrategy {
  private final BooleanSupplier terminateWhen;
  private boolean terminated;
  private int exitCode = -1;

  OneRun() {
    this(() -> false);
  }

  /**
   * @param terminateWhen when it holds, the container gets one SIGTERM
   */
  OneRun(BooleanSupplier terminateWhen) {
    this.terminateWhen = terminateWhen;
  }

  @Override
  public StartupStatus checkStartupState(DockerClient docker, String container) {
    ContainerState state = getCurrentState(docker, container);
    if (!"exited".equals(state.getStatus())) {
      if (!terminated && terminateWhen.getAsBoolean()) {
        terminated = true;
        docker.killContainerCmd(container).withSignal("TERM").exec();
      }
      return StartupStatus.NOT_YET_KNOWN;
    }
    exitCode = Math.toIntExact(state.getExitCodeLong());
    return StartupStatus.SUCCESSFUL;
  }

  int exitCode() {
    return exitCode;
  }
}
