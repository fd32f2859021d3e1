# What the sample becomes: sourced by ../run.

# What OpenShift's restricted-v2 makes of a pod, and the way to the modules.
pod='  taskRunTemplate:\
    podTemplate:\
      securityContext:\
        runAsUser: 1000660000\
        runAsGroup: 0\
        runAsNonRoot: true\
        fsGroup: 1000660000\
        seccompProfile:\
          type: RuntimeDefault\
      env:\
        - name: GOPROXY\
          value: http://proxy'
steps='          stepTemplate:\
            securityContext:\
              allowPrivilegeEscalation: false\
              capabilities:\
                drop: [ALL]'

# changed SAMPLE NAME INSECURE: the sample as PipelineRun NAME, its changes and nothing else; INSECURE
# is how it spells that parameter.
changed() {
  sed -e "s|^  name: .*|  name: $2|" \
    -e "/^spec:/a\\
$pod" \
    -e "/^          steps:/i\\
$steps" \
    -e 's|{{ repo_url }}|/project|; s|{{ revision }}|main|' \
    -e '/resolver: http/,/git-clone.yaml/c\                name: fetch-repo' \
    -e "s#image: \(golang\|golangci/golangci-lint\):.*#image: $go_image#" \
    -e "/\"\*\*go.mod\"/a\\
                - name: $3\\
                  value: \"true\"" \
    -e "s|oci://image-registry.openshift-image-registry.svc:5000/|oci://$cache_registry/|" \
    "$1"
}
