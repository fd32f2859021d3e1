package dev.stepcache.e2e;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;

/** Waits until a container has ended, however it ended. */
final class OneRun extends StartupCheckStrategy {
  private int exitCode = -1;

  @Override
  public StartupStatus checkStartupState(DockerClient docker, String container) {
    ContainerState state = getCurrentState(docker, container);
    if (!"exited".equals(state.getStatus())) {
      return StartupStatus.NOT_YET_KNOWN;
    }
    exitCode = Math.toIntExact(state.getExitCodeLong());
    return StartupStatus.SUCCESSFUL;
  }

  int exitCode() {
    return exitCode;
  }
}
