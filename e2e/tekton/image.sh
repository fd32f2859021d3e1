# Images without a Docker engine: sourced by ../run.

# image NAME ROOT CONFIG: pushes the folder ROOT as an image of one layer, with CONFIG as its
# configuration's "config".
image() {
  local name=$1 root=$2 layout=$work/layout layer config manifest
  rm -rf "$layout"
  mkdir -p "$layout/blobs/sha256"
  tar --create --sort=name --owner=0 --group=0 --numeric-owner -C "$root" -f "$layout/blob" .
  layer=$(blob application/vnd.oci.image.layer.v1.tar)
  printf '{"architecture":"%s","os":"linux","config":%s,"rootfs":{"type":"layers","diff_ids":["%s"]}}' \
    "$(go env GOARCH)" "$3" "$(sed 's/.*"digest":"\([^"]*\)".*/\1/' <<<"$layer")" >"$layout/blob"
  config=$(blob application/vnd.oci.image.config.v1+json)
  printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}' \
    application/vnd.oci.image.manifest.v1+json "$config" "$layer" >"$layout/blob"
  manifest=$(blob application/vnd.oci.image.manifest.v1+json)
  printf '{"schemaVersion":2,"manifests":[%s]}' "$manifest" >"$layout/index.json"
  printf '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
  skopeo --insecure-policy copy --quiet --dest-tls-verify=false "oci:$layout" \
    "docker://$registry/$space/$name"
  rm -rf "$layout"
  say "pushed $registry/$space/$name"
}

# blob TYPE: takes the file $layout/blob into the layout and prints its descriptor.
blob() {
  local sum
  sum=$(sha256sum <"$layout/blob" | cut -d' ' -f1)
  printf '{"mediaType":"%s","digest":"sha256:%s","size":%d}' "$1" "$sum" "$(wc -c <"$layout/blob")"
  mv "$layout/blob" "$layout/blobs/sha256/$sum"
}

# programs ROOT PROGRAM...: this machine's programs, with the libraries that they ask for.
programs() {
  local root=$1 program library
  shift
  mkdir -p "$root"/usr/{bin,lib,lib64}
  [[ -e $root/bin ]] || ln -s usr/bin usr/lib usr/lib64 "$root"
  for program in "$@"; do
    program=$(command -v "$program") || fail "this machine has no $program to put into an image"
    cp -L "$program" "$root/usr/bin/"
    libraries "$root" "$program"
  done
}

libraries() {
  local library
  for library in $(ldd "$2" 2>/dev/null | grep -o '/[^ ]*'); do
    mkdir -p "$root${library%/*}"
    cp -L "$library" "$1$library"
  done
}

# go_image: Go, make and a shell; the projects that the pipelines build; a linter.
go_image() {
  local root=$work/golang
  mkdir -p "$root"/{tmp,go,usr/local}
  programs "$root" sh make cat cp head ls mkdir rm tail
  compiler "$root"
  cp -a "$(go env GOROOT)" "$root/usr/local/go"
  rm -rf "$root"/usr/local/go/{api,doc,test}
  cp -R "$here/tekton/project" "$root/project"
  cp -R "$here/demo-project" "$root/demo-project"
  rm -rf "$root/demo-project/target"
  printf '#!/bin/sh\nexec go vet ./...\n' >"$root/usr/bin/golangci-lint"
  chmod -R u+w,go=u-w "$root"
  chmod 1777 "$root"/{tmp,go}
  chmod 755 "$root/usr/bin/golangci-lint"
  image golang:1 "$root" "$(printf '{"Env":["PATH=%s","GOPATH=/go","GOTOOLCHAIN=local"]}' \
    /usr/local/go/bin:/usr/bin)"
}

# maven_image: Maven with the Java that it runs on here, its repositories all led to the proxy.
maven_image() {
  local root=$work/maven java maven file
  java=$(mvn -version | sed -n 's/.*runtime: //p')
  maven=$(mvn -version | sed -n 's/^Maven home: //p')
  mkdir -p "$root"/{tmp,usr/lib}
  programs "$root" sh cat cp ls mkdir
  cp -rL "$java" "$root/usr/lib/java" 2>/dev/null || true
  rm -rf "$root"/usr/lib/java/{jmods,man,legal,docs,lib/src.zip}
  for file in "$java"/bin/java "$java"/lib/*.so "$java"/lib/server/libjvm.so; do
    libraries "$root" "$file"
  done
  cp -rL "$maven" "$root/usr/lib/maven"
  cat >"$root/usr/lib/maven/conf/settings.xml" <<'END'
<settings>
  <mirrors>
    <mirror>
      <id>proxy</id>
      <mirrorOf>*</mirrorOf>
      <url>http://proxy/maven</url>
    </mirror>
  </mirrors>
</settings>
END
  cat >"$root/usr/bin/mvn" <<'END'
#!/bin/sh
exec /usr/lib/java/bin/java $MAVEN_OPTS -cp /usr/lib/maven/boot/* -Dmaven.home=/usr/lib/maven \
  -Dclassworlds.conf=/usr/lib/maven/bin/m2.conf -Dmaven.multiModuleProjectDirectory="$PWD" \
  org.codehaus.plexus.classworlds.launcher.Launcher "$@"
END
  chmod -R u+w,go=u-w "$root"
  chmod 1777 "$root/tmp"
  chmod 755 "$root/usr/bin/mvn"
  image maven:1 "$root" '{"Env":["PATH=/usr/bin:/usr/lib/java/bin","JAVA_HOME=/usr/lib/java"]}'
}

# maven_repository: what that project needs, downloaded here.
maven_repository() {
  say "downloading what the Maven project needs"
  cp -R "$here/demo-project" "$work/demo-project"
  mvn -B -q -ntp -f "$work/demo-project/pom.xml" -Dmaven.repo.local="$here/target/maven" verify \
    >"$work/maven.log" 2>&1 </dev/null || fail "the Maven project cannot be built: $(cat "$work/maven.log")"
}

# gate_image: the registry's TLS and logins.
gate_image() {
  local root=$work/gate
  mkdir -p "$root" "$work/authority"
  CGO_ENABLED=0 go build -C "$here/tekton/gate" -o "$root/gate" .
  "$root/gate" certificates "$work/authority" "${gate%:*}" \
    image-registry.openshift-image-registry.svc
  chmod 755 "$root/gate"
  image gate:1 "$root" '{"User":"65532:0"}'
}

# proxy_image TOOLCHAIN: a module proxy with what the Go project needs, and with that toolchain; beside
# it what the Maven project needs, and the catalog.
proxy_image() {
  # Of each toolchain's own, since the checksum database answers a newcomer more than an old client.
  local root=$work/proxy modules=$here/target/modules-$1
  mkdir -p "$root"
  CGO_ENABLED=0 go build -C "$here/tekton/proxy" -o "$root/proxy" .
  say "downloading the project's modules and $1"
  GOPATH=$modules GOMODCACHE=$modules/mod GOTOOLCHAIN=$1 \
    go -C "$here/tekton/project" mod download -modcacherw
  chmod -R u+w "$modules"
  cp -R "$modules/mod/cache/download" "$root/modules"
  cp -R "$here/target/maven" "$root/modules/maven"
  cp -R target/package/catalog "$root/modules/catalog"
  chmod -R u+w,go=u-w "$root"
  chmod 755 "$root/proxy"
  image proxy:1 "$root" '{"User":"65532:0","Entrypoint":["/proxy","/modules"]}'
}
