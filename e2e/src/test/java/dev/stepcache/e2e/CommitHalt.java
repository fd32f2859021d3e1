package dev.stepcache.e2e;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.VMDeathEvent;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import dev.stepcache.journal.FaultPoint;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A debugger under which a step stands still right before one of the changes of its commit. */
final class CommitHalt implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ListeningConnector connector =
      Bootstrap.virtualMachineManager().listeningConnectors().stream()
          .filter(each -> each.transport().name().equals("dt_socket"))
          .findFirst()
          .orElseThrow();
  private final Map<String, Connector.Argument> arguments = connector.defaultArguments();
  private final String address;
  private Optional<VirtualMachine> step = Optional.empty();

  CommitHalt() throws IOException {
    arguments.get("localAddress").setValue("127.0.0.1");
    arguments.get("port").setValue("0");
    arguments.get("timeout").setValue(Long.toString(PATIENCE.toMillis()));
    try {
      address = connector.startListening(arguments);
    } catch (IllegalConnectorArgumentsException e) {
      throw new IOException(e);
    }
  }

  /** What a step's environment has, so that it waits for this debugger. */
  Map<String, String> environment() {
    return Map.of(
        "JAVA_TOOL_OPTIONS", "-agentlib:jdwp=transport=dt_socket,suspend=y,address=" + address);
  }

  /** Waits until the step stands before the change of this number, of which 1 is the first. */
  void await(int change) throws IOException, InterruptedException {
    VirtualMachine debugged = accept();
    step = Optional.of(debugged);
    ClassPrepareRequest loaded = debugged.eventRequestManager().createClassPrepareRequest();
    loaded.addClassFilter(FaultPoint.class.getName());
    loaded.enable();
    while (true) {
      EventSet events = debugged.eventQueue().remove(PATIENCE.toMillis());
      if (events == null) {
        throw new AssertionError("the step comes to no change " + change + " of a commit");
      }
      for (Event event : events) {
        switch (event) {
          case ClassPrepareEvent prepared -> haltAt(prepared.referenceType(), change);
          case BreakpointEvent _ -> {
            return;
          }
          case VMDeathEvent _, VMDisconnectEvent _ ->
              throw new AssertionError("the step ended before change " + change + " of a commit");
          default -> {}
        }
      }
      events.resume();
    }
  }

  private VirtualMachine accept() throws IOException {
    try {
      return connector.accept(arguments);
    } catch (IllegalConnectorArgumentsException e) {
      throw new IOException(e);
    }
  }

  /** The point that a step passes is a lambda of the interface. */
  private static void haltAt(ReferenceType point, int change) {
    Method passed =
        point.methods().stream()
            .filter(method -> method.isSynthetic() && !method.isStaticInitializer())
            .findFirst()
            .orElseThrow();
    BreakpointRequest halt =
        point.virtualMachine().eventRequestManager().createBreakpointRequest(passed.location());
    halt.addCountFilter(change);
    halt.enable();
  }

  /** Lets the step go on, if there still is one. */
  @Override
  public void close() throws IOException {
    try {
      step.ifPresent(VirtualMachine::dispose);
    } catch (VMDisconnectedException e) {
      // It was killed.
    }
    try {
      connector.stopListening(arguments);
    } catch (IllegalConnectorArgumentsException e) {
      throw new IOException(e);
    }
  }
}
