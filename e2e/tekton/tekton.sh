# The cluster: sourced by ../run.

in_space() { kubectl --namespace "$space" "$@"; }

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

# The kind of each run by its name.
declare -A kinds

# begin KIND NAME: takes the run from standard input, which is no pipe, so that this is no subshell.
begin() {
  kinds[$2]=$1
  say "=== $2 ==="
  in_space create -f - >/dev/null
}

# await NAME: waits for its end, and shows all that it said.
await() {
  local begun=$SECONDS requested
  requested=$(requests | wc -l)
  until ended "$1"; do
    [[ $((SECONDS - begun)) -lt ${STEPCACHE_E2E_TIMEOUT:-900} ]] || break
    sleep 1
  done
  show "$1"
  say "$1 took $((SECONDS - begun)) s"
}

# run NAME SAMPLE PROJECT: the sample as PipelineRun NAME, to its end. Where it fails, nothing later can
# be judged.
run() {
  begin pipelinerun "$1" < <(changed "$2" "$1" "$3")
  await "$1"
  check "$1 succeeded" "$(condition "$1")" True
  [[ $(condition "$1") == True ]] || finish
}

# own KIND NAME FILE [ACCOUNT]: one of our own runs, to its end.
own() {
  begin "$1" "$2" < <(filled "$here/tekton/tasks/$3.yaml" "$2" "${4:-}")
  await "$2"
}

condition() {
  in_space get "${kinds[$1]}" "$1" -o jsonpath='{.status.conditions[0].status}'
}

ended() { [[ $(condition "$1") =~ True|False ]]; }

# task_status NAME PATH: a part of the status of that run's one task.
task_status() {
  if [[ ${kinds[$1]} == taskrun ]]; then
    in_space get taskrun "$1" -o jsonpath="{.status.$2}"
  else
    in_space get taskruns -l "tekton.dev/pipelineRun=$1" -o jsonpath="{.items[0].status.$2}"
  fi
}

steps() { task_status "$1" 'steps[*].name'; }

result() { task_status "$1" "steps[?(@.name==\"$2\")].results[?(@.name==\"$3\")].value"; }

log() { in_space logs "pod/$(task_status "$1" podName)" -c "step-$2" 2>&1 || true; }

show() {
  local step
  task_status "$1" 'conditions[0].message'
  echo
  for step in $(steps "$1"); do
    echo "--- step $step, exit code $(task_status "$1" "steps[?(@.name==\"$step\")].terminated.exitCode") ---"
    log "$1" "$step"
    task_status "$1" "steps[?(@.name==\"$step\")].results" && echo
  done
  echo "--- the module proxy, since this run began ---"
  requests | tail -n +"$((requested + 1))"
}

# gate_says TEXT: how often the gate said so.
gate_says() { in_space logs gate | grep -cF -- "$1" || true; }

# requests: all that the module proxy was asked for so far.
requests() { in_space logs proxy; }

# says NAME STEP TEXT: whether that step's log has that text.
says() { if log "$1" "$2" | grep -qF -- "$3"; then echo yes; else echo no; fi; }
