"""Runs the JMH benchmarks of the rooms, each input on a file system of its own."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import inputs
from bench.contenders.stepcache import REPOSITORY
from bench.filesystem import fresh_filesystem
from bench.process import Failed, sh

MODULE = REPOSITORY / "benchmarks/jmh"


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def java() -> Path:
    """The program of the JDK that the build itself found."""
    arguments = ["-Dexec.executable=java", "-Dexec.args=-XshowSettings:properties -version"]
    found = subprocess.run(
        ["mvn", "-B", "-q", "-Dstyle.color=never", "-N", "toolchains:select-jdk-toolchain@default", "exec:exec", *arguments],
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    for line in found.stdout.splitlines():
        name, _, value = line.partition(" = ")
        if name.strip() == "java.home":
            return Path(value) / "bin/java"
    raise Failed(f"Maven could not say where its JDK is:\n{found.stdout}")


def main() -> None:
    home = inputs.home()
    names = os.environ.get("INPUTS", " ".join(inputs.KINDS)).split()
    for name in names:
        inputs.make(name, home, say)
    say("building")
    sh("mvn", "-B", "-q", "-Pjmh", "-pl", "benchmarks/jmh", "-am", "package", "-Dimage.skip", "-Dmaven.test.skip=true", cwd=REPOSITORY)
    path = f"{MODULE / 'target/classes'}:{(MODULE / 'target/runtime.classpath').read_text().strip()}"
    program = java()
    for name in names:
        with tempfile.TemporaryDirectory(prefix="jmh-", dir=home) as work, fresh_filesystem(Path(work)) as filesystem:
            flags = f"-XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -Dstepcache.inputs={home} -Dstepcache.out={filesystem}"
            results = REPOSITORY / f"target/jmh-{name}.json"
            results.parent.mkdir(exist_ok=True)
            options = ["-jvmArgs", flags, "-p", f"input={name}", "-rf", "json", "-rff", str(results), "-foe", "true"]
            done = subprocess.run([program, "-cp", path, "org.openjdk.jmh.Main", *options, *sys.argv[1:]], check=False)
        if done.returncode != 0:
            raise Failed(f"JMH ended with {done.returncode}")


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        raise SystemExit(f"benchmarks/jmh/run: {failed}") from None
