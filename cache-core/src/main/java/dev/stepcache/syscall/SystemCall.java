package dev.stepcache.syscall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * The C function {@code syscall}, which makes any of Linux's system calls by its number. It is the
 * only one that is bound, since each costs tens of milliseconds. For one thread at a time.
 */
final class SystemCall {
  private static final int EINTR = 4;

  private final MemorySegment state = Arena.ofAuto().allocate(Bound.STATE);

  static boolean isBound() {
    return Bound.SYSCALL.isPresent();
  }

  /** Makes a call, and again when a signal came in between; a negative result has an errno. */
  long call(int number, long a, long b, long c, long d) throws IOException {
    long result = once(number, a, b, c, d);
    while (result < 0 && wasInterrupted()) {
      result = once(number, a, b, c, d);
    }
    return result;
  }

  /** Makes a call that must not be made twice. */
  long once(int number, long a, long b, long c, long d) throws IOException {
    try {
      return (long) Linked.HANDLE.invokeExact(state, (long) number, a, b, c, d);
    } catch (Throwable e) {
      throw new IOException("the system could not be called", e);
    }
  }

  /** Why the last call failed, if it did. */
  int errno() {
    return (int) Bound.ERRNO.get(state, 0L);
  }

  boolean wasInterrupted() {
    return errno() == EINTR;
  }

  /** Bound at first use. */
  private static final class Bound {
    static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    static final Optional<MethodHandle> SYSCALL = bind();

    private Bound() {}

    @SuppressWarnings("restricted")
    private static Optional<MethodHandle> bind() {
      Linker linker = Linker.nativeLinker();
      ValueLayout.OfLong number = ValueLayout.JAVA_LONG;
      return linker
          .defaultLookup()
          .find("syscall")
          .map(syscall ->
              linker.downcallHandle(
                  syscall,
                  FunctionDescriptor.of(number, number, number, number, number, number),
                  Linker.Option.captureCallState("errno")));
    }
  }

  /** Where it is known to be bound; a constant, which the JVM compiles into the call. */
  private static final class Linked {
    static final MethodHandle HANDLE = Bound.SYSCALL.orElseThrow();

    private Linked() {}
  }
}
