package dev.stepcache.disk;

import dev.stepcache.syscall.Stat;
import dev.stepcache.tree.FileNames;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Makes symlinks with exactly the target that was saved. */
final class Symlinks {
  /** PATH_MAX of Linux, without the NUL. */
  private static final int LONGEST = 4095;

  private Symlinks() {}

  static void make(Path link, String target) throws IOException {
    byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
    boolean whole = new String(bytes, StandardCharsets.UTF_8).equals(target);
    if (target.isEmpty() || bytes.length > LONGEST || target.indexOf('\0') >= 0 || !whole) {
      throw new RefusedEntryException("a link's target is empty, too long or no text");
    }
    Path path = FileNames.path(target);
    if (FileNames.text(path).equals(Optional.of(target))) {
      Files.createSymbolicLink(link, path);
      return;
    }
    // A Path cannot hold "a//b" or "a/".
    if (Native.symlink(bytes, FileNames.bytes(link)) != 0) {
      throw Stat.of(link).isPresent()
          ? new FileAlreadyExistsException(link.toString())
          : new FileSystemException(link.toString(), null, "the link cannot be made");
    }
  }

  /** Bound only where it is needed: few trees have such links. */
  private static final class Native {
    private static final MethodHandle SYMLINK = bind();

    private Native() {}

    @SuppressWarnings("restricted")
    private static MethodHandle bind() {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().findOrThrow("symlink"),
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    }

    static int symlink(byte[] target, byte[] link) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        return (int) SYMLINK.invokeExact(terminated(arena, target), terminated(arena, link));
      } catch (Throwable e) {
        throw new IOException("symlink could not be called", e);
      }
    }

    private static MemorySegment terminated(Arena arena, byte[] bytes) {
      return arena.allocateFrom(ValueLayout.JAVA_BYTE, Arrays.copyOf(bytes, bytes.length + 1));
    }
  }
}
