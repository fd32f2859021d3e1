# The nightly image, and a pipeline that builds on it: sourced by ../run.

# tool_image NAME:TAG PATH MODULE: an image of one program, made of its Go module; of a module that does
# not build here, a script that does what the linter of the other samples does.
tool_image() {
  local root=$work/tool-${1%:*} folder
  folder=$root${2%/*}
  mkdir -p "$folder"
  if [[ $3 == here ]]; then
    cp -L "$(command -v "${2##*/}")" "$folder/"
  elif ! CGO_ENABLED=0 GOBIN=$folder GOFLAGS=-mod=mod timeout "${STEPCACHE_E2E_TIMEOUT:-900}" \
    go install "$3" >"$work/tool.log" 2>&1; then
    say "$3 does not build here ($(tail -1 "$work/tool.log")): a script stands for it"
    printf '#!/bin/sh\nexec go vet ./...\n' >"$folder/${2##*/}"
  fi
  chmod 755 "$folder"/*
  image "$1" "$root" '{}'
}

# nightly_of NAME: the sample's run; its mounts stand beside the suite's own.
nightly_of() {
  sed "s|^  generateName: .*|  name: $1|; s|https://git.example.com/team/project|/project|" \
    "$samples/nightly.yaml" >"$work/nightly.yaml"
  changed "$work/nightly.yaml" "$1" /project | awk '
    /^          stepTemplate:/ && templates++ { skip = 1; next }
    skip && /^          [^ ]/ { skip = 0 }
    skip { next }
    { print }
    /^                readOnly: true/ && !done++ {
      print "              - name: mod\n                mountPath: /mod"
      print "              - name: build\n                mountPath: /build"
    }'
}

# run_nightly NAME: one night.
run_nightly() {
  begin pipelinerun "$1" < <(nightly_of "$1")
  await "$1"
  check "$1 succeeded" "$(condition "$1")" True
}

nightly() {
  skopeo --insecure-policy copy --quiet --src-tls-verify=false --dest-tls-verify=false \
    "docker://$go_image" "docker://$registry/$space/golang:1.25"
  tool_image golangci-lint:v2.7 /usr/bin/golangci-lint \
    github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.7.2
  tool_image kubectl:1.34 /usr/bin/kubectl here
  tool_image yq:4 /usr/bin/yq github.com/mikefarah/yq/v4@v4.44.6
  tool_image ko:v0.18.0 /ko-app/ko github.com/google/ko@v0.18.0

  run_nightly nightly-1
  check "night 1, reason of the fetch" "$(result nightly-1 cache-fetch reason)" miss
  check "night 1, reason of the upload" "$(result nightly-1 cache-upload reason)" saved
  check "night 1, an image was baked" "$(result nightly-1 cache-bake changed)" true
  requests=$(requests | wc -l)
  run_nightly nightly-2
  check "night 2, fetched" "$(result nightly-2 cache-fetch fetched)" true
  check "night 2, no more requests for modules than before" "$(requests | wc -l)" "$requests"
  check "night 2, the same inputs are the same image" \
    "$(result nightly-2 cache-bake digest)" "$(result nightly-1 cache-bake digest)"
  check "night 2, no tag was moved" "$(result nightly-2 cache-bake changed)" false
  check "night 2, it says that nothing changed" "$(says nightly-2 cache-bake 'nothing changed')" yes
  check "night 2, prune kept it" "$(result nightly-2 cache-prune removed)" 0

  nightly_of nightly-3 >"$work/nightly-3.yaml"
  in_space create configmap nightly --from-file=nightly.yaml="$work/nightly-3.yaml" >/dev/null
  sed -e "s|image: image-registry[^ ]*/builder:nightly|image: $registry/$space/builder:nightly|" \
    -e 's|^\( *\)runAsNonRoot: true|&\n\1runAsUser: 1000660000\n\1runAsGroup: 0|' \
    "$samples/nightly-cronjob.yaml" | in_space apply -f - >/dev/null
  in_space create job nightly --from=cronjob/nightly >/dev/null
  kinds[nightly-3]=pipelinerun
  if in_space wait --for=condition=Complete job/nightly --timeout=120s >/dev/null; then
    await nightly-3
  fi
  check "the CronJob's run succeeded" "$(condition nightly-3)" True

  begin pipelinerun go-nightly-1 < <(changed "$samples/go-nightly.yaml" go-nightly-1 /project |
    sed "s|image: image-registry[^ ]*/builder:nightly|image: $registry/$space/builder:nightly|")
  await go-nightly-1
  check "go-nightly-1 succeeded" "$(condition go-nightly-1)" True
  check "on the nightly image, all modules are there" "$(result go-nightly-1 image complete)" true
  check "on the nightly image, nothing was downloaded" "$(requests | wc -l)" "$requests"
  check "on the nightly image, no cache was fetched" \
    "$(task_status go-nightly-1 'steps[?(@.name=="cache-fetch")].terminationReason')" Skipped
  check "skopeo reads what was baked" \
    "$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$registry/$space/builder:nightly")" \
    "$(result nightly-2 cache-bake digest)"
}
