# This machine's C compiler, for cgo: sourced by ../run.

# compiler ROOT: gcc with what it calls, its libraries and its headers, where it looks for them.
compiler() {
  local root=$1 internal libc part
  command -v gcc >/dev/null || {
    say "this machine has no gcc: the project is tested without the race detector"
    return 0
  }
  internal=$(dirname "$(gcc -print-libgcc-file-name)")
  libc=$(dirname "$(realpath "$(gcc -print-file-name=crt1.o)")")
  programs "$root" gcc as ld
  for part in "$(gcc -print-prog-name=cc1)" "$(gcc -print-prog-name=collect2)"; do
    mkdir -p "$root${part%/*}"
    cp -L "$part" "$root$part"
    libraries "$root" "$part"
  done
  mkdir -p "$root$internal" "$root$libc"
  cp -RL "$internal"/{include,crt*.o,libgcc*,liblto_plugin.so,lto-wrapper} "$root$internal/"
  cp -L "$libc"/*crt*.o "$root$libc/"
  for part in c c_nonshared dl m mvec pthread resolv rt; do
    cp -L "$libc/lib$part".{a,so} "$root$libc/" 2>/dev/null || true
  done
  cp -L "$(gcc -print-file-name=libgcc_s.so.1)" "$root$libc/"
  headers "$root" /usr/include
  headers "$root" "/usr/include/$(gcc -print-multiarch)"
}

# headers ROOT FOLDER: those of the C library and of the kernel.
headers() {
  local part
  mkdir -p "$1$2"
  cp -L "$2"/*.h "$1$2/" 2>/dev/null || true
  for part in asm asm-generic arpa bits gnu linux net netinet sys; do
    [[ ! -d $2/$part ]] || cp -RL "$2/$part" "$1$2/"
  done
}
