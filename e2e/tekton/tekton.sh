# The cluster: sourced by ../run.

in_space() { kubectl --namespace "$space" "$@"; }

# The registry as the pipeline's steps name it: as the sample does where the cluster has that name.
cache_registry() {
  if [[ -n ${STEPCACHE_E2E_CACHE_REGISTRY:-} ]]; then
    echo "$STEPCACHE_E2E_CACHE_REGISTRY"
  elif kubectl get service image-registry --namespace openshift-image-registry >/dev/null 2>&1; then
    echo image-registry.openshift-image-registry.svc:5000
  else
    echo "$registry"
  fi
}

# Tekton's own containers pass under "restricted" only where Tekton is told to confine them.
policy() {
  if [[ $(kubectl get configmap feature-flags --namespace tekton-pipelines \
    -o jsonpath='{.data.set-security-context}' 2>/dev/null) == true ]]; then
    echo restricted
  else
    echo baseline
  fi
}

create_space() {
  local policy
  policy=$(policy)
  say "namespace $space, under the policy $policy"
  [[ $policy == restricted ]] ||
    say "(Tekton's feature flag set-security-context is off: with it, the policy would be restricted)"
  kubectl create namespace "$space"
  kubectl label namespace "$space" "pod-security.kubernetes.io/enforce=$policy"
}

# run NAME SAMPLE INSECURE: the sample as PipelineRun NAME, to its end, with all that it said. Where
# it fails, nothing later can be judged.
run() {
  local begin=$SECONDS requested
  requested=$(requests | wc -l)
  say "=== $1 ==="
  changed "$2" "$1" "$3" | in_space create -f -
  until ended "$1"; do
    [[ $((SECONDS - begin)) -lt ${STEPCACHE_E2E_TIMEOUT:-900} ]] || break
    sleep 1
  done
  show "$1"
  say "$1 took $((SECONDS - begin)) s"
  check "$1 succeeded" "$(condition "$1")" True
  [[ $(condition "$1") == True ]] || finish
}

condition() { in_space get pipelinerun "$1" -o jsonpath='{.status.conditions[0].status}'; }

ended() { [[ $(condition "$1") =~ True|False ]]; }

# task NAME PATH: a part of the status of that run's one task.
task() { in_space get taskruns -l "tekton.dev/pipelineRun=$1" -o jsonpath="{.items[0].status.$2}"; }

steps() { task "$1" 'steps[*].name'; }

result() { task "$1" "steps[?(@.name==\"$2\")].results[?(@.name==\"$3\")].value"; }

log() { in_space logs "pod/$(task "$1" podName)" -c "step-$2" 2>&1 || true; }

show() {
  local step
  task "$1" 'conditions[0].message'
  echo
  for step in $(steps "$1"); do
    echo "--- step $step, exit code $(task "$1" "steps[?(@.name==\"$step\")].terminated.exitCode") ---"
    log "$1" "$step"
    task "$1" "steps[?(@.name==\"$step\")].results" && echo
  done
  echo "--- the module proxy, since this run began ---"
  requests | tail -n +"$((requested + 1))"
}

# requests: all that the module proxy was asked for so far.
requests() { in_space logs proxy; }

# says NAME STEP TEXT: whether that step's log has that text.
says() { if log "$1" "$2" | grep -qF -- "$3"; then echo yes; else echo no; fi; }
