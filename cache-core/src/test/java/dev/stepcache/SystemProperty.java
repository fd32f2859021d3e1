package dev.stepcache;

/**
 * A system property that a test sets, and that is again what it was when this is closed. The whole
 * JVM has only one, so whoever sets it holds JUnit's lock {@code Resources.SYSTEM_PROPERTIES}.
 */
public final class SystemProperty implements AutoCloseable {
  private final String name;
  private final String before;

  private SystemProperty(String name, String before) {
    this.name = name;
    this.before = before;
  }

  public static SystemProperty set(String name, String value) {
    return new SystemProperty(name, System.setProperty(name, value));
  }

  @Override
  public void close() {
    if (before == null) {
      System.clearProperty(name);
    } else {
      System.setProperty(name, before);
    }
  }
}
