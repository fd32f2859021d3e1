# What the samples and our own runs become: sourced by ../run.

# pod, task: what OpenShift's restricted-v2 and its Pipelines operator make of a pod: a random user
# without rights, and an authority of one's own in SSL_CERT_FILE. Besides: the way to the packages, and
# the registry's name in the samples, which leads to the gate.
pod() {
  cat <<END
podTemplate:
  hostAliases:
    - ip: $gate_address
      hostnames: [image-registry.openshift-image-registry.svc]
  securityContext:
    runAsUser: 1000660000
    runAsGroup: 0
    runAsNonRoot: true
    fsGroup: 1000660000
    seccompProfile:
      type: RuntimeDefault
  env:
    - name: GOPROXY
      value: http://proxy
    - name: SSL_CERT_FILE
      value: /tekton-custom-certs/ca.pem
  volumes:
    - name: custom-certs
      configMap:
        name: authority
END
}

task() {
  cat <<END
stepTemplate:
  securityContext:
    allowPrivilegeEscalation: false
    capabilities:
      drop: [ALL]
  volumeMounts:
    - name: custom-certs
      mountPath: /tekton-custom-certs
      readOnly: true
END
}

# indented WIDTH: what comes in, so far to the right.
indented() { sed "s/^/$(printf '%*s' "$1" '')/"; }

# changed SAMPLE NAME PROJECT: the sample as PipelineRun NAME of that project; its changes and nothing
# else.
changed() {
  sed -e "s|^  name: .*|  name: $2|" \
    -e "/^spec:/r "<(echo taskRunTemplate: | indented 2; pod | indented 4) \
    -e "/^        taskSpec:/r "<(task | indented 10) \
    -e "s|{{ repo_url }}|$3|; s|{{ revision }}|main|" \
    -e '/resolver: http/,/git-clone.yaml/c\                name: fetch-repo' \
    -e "s#image: \(golang\|golangci/golangci-lint\):.*#image: $go_image#; s#image: maven:.*#image: $maven_image#" \
    "$1"
}

# filled FILE NAME [ACCOUNT]: one of our own runs.
filled() {
  local at
  at=$(sed -n 's/^\( *\)@POD@/\1/p' "$1")
  sed -e "/@POD@/{r "<(pod | indented ${#at}) -e 'd}' "$1" |
    awk -v task="$(task)" '
      /@TASK@/ { at = $0; sub(/@.*/, "", at); n = split(task, lines, "\n")
        for (i = 1; i <= n; i++) print at lines[i]; next }
      { print }' |
    sed -e "s|@NAME@|$2|; s|@ACCOUNT@|${3:-default}|; s|@TIMEOUT@|${4:-10m}|" \
      -e "s|@IMAGE@|$go_image|; s|@GATE@|$gate|; s|@SPACE@|$space|; s|@REGISTRY@|$registry|" \
      -e "s|@VERSION@|$version|; s|busybox:.*|$go_image|"
}
