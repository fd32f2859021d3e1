# What else a pipeline may meet: sourced by ../run.

troubles() {
  results_and_when
  logins
  red_build
  missing_registry
  resolvers
  shared_volume
  stopped_fetches
}

# Results that later steps and their "when" take, with a store in a folder.
results_and_when() {
  sed -e 's|^  name: .*|  name: catalog-run|' -e '/^spec:/a\  @POD@' tekton/tests/run.yaml >"$work/run"
  begin taskrun catalog-run < <(filled "$work/run" catalog-run)
  await catalog-run
  check "the catalog's own test succeeded" "$(condition catalog-run)" True
  check "the build ran, since fetched was false" "$(task_status catalog-run \
    'steps[?(@.name=="build")].terminated.reason')" Completed
  check "a later step was given both digests" "$(says catalog-run compare built)" yes
  check "cache-copy copied the key's tag and latest" "$(result catalog-run copy copied)" 2
  check "cache-prune emptied the copy" "$(result catalog-run prune removed)" 2
}

logins() {
  own taskrun robot login robot
  check "with the account's login: uploaded" "$(result robot cache-upload uploaded)" true
  check "with the account's login: fetched" "$(result robot cache-fetch fetched)" true
  check "the login was exchanged for a token" \
    "$([[ $(gate_says 'gave a token to robot') -gt 0 ]] && echo yes)" yes
  own taskrun stranger login default
  check "without a login the run succeeds" "$(condition stranger)" True
  check "without a login: reason" "$(result stranger cache-upload reason)" unauthorized
  check "without a login: uploaded" "$(result stranger cache-upload uploaded)" false
}

red_build() {
  own taskrun red red
  check "a red build saves its cache" "$(result red cache-upload uploaded)" true
  check "a red build stays red" "$(condition red)" False
  check "cache-upload ended as the build did" \
    "$(task_status red 'steps[?(@.name=="cache-upload")].terminated.exitCode')" 3
}

missing_registry() {
  own taskrun missing missing
  check "without a registry the run succeeds" "$(condition missing)" True
  check "without a registry: reason" "$(result missing cache-fetch reason)" unreachable
  check "without a registry: fetched" "$(result missing cache-fetch fetched)" false
}

resolvers() {
  local resolver
  own taskrun resolvers resolvers
  for resolver in cluster http bundle; do
    check "from $resolver: reason" "$(result resolvers "from-$resolver" reason)" miss
  done
}

shared_volume() {
  own pipelinerun shared shared
  check "two tasks with one volume succeeded" "$(condition shared)" True
  check "the second restored what the first saved" \
    "$(in_space get pipelinerun shared -o jsonpath='{.status.results[?(@.name=="restored")].value}')" \
    "$(in_space get pipelinerun shared -o jsonpath='{.status.results[?(@.name=="saved")].value}')"
}

# A fetch stopped in its midst leaves the cache path as it was.
stopped_fetches() {
  local stalled
  own taskrun slow-save slow-save
  check "the slow cache was saved" "$(result slow-save cache-upload uploaded)" true

  stalled=$(gate_says stalled)
  begin taskrun cancelled < <(filled "$here/tekton/tasks/slow-fetch.yaml" cancelled)
  until_stalled "$stalled"
  in_space patch taskrun cancelled --type merge -p '{"spec":{"status":"TaskRunCancelled"}}'
  await cancelled
  check "the run was cancelled" "$(in_space get taskrun cancelled \
    -o jsonpath='{.status.conditions[0].reason}')" TaskRunCancelled
  in_space wait --for=delete pod -l tekton.dev/taskRun=cancelled --timeout=60s >/dev/null || true
  look after-cancelled

  stalled=$(gate_says stalled)
  begin taskrun timed-out < <(filled "$here/tekton/tasks/slow-fetch.yaml" timed-out "" 12s)
  until_stalled "$stalled"
  await timed-out
  check "the step timed out" "$(condition timed-out)" False
  look after-timed-out
}

# until_stalled COUNT: until the gate has stalled more often than that.
until_stalled() {
  local begun=$SECONDS
  until [[ $(gate_says stalled) -gt $1 || $((SECONDS - begun)) -gt 120 ]]; do sleep 0.5; done
  check "a download was under way" "$([[ $(gate_says stalled) -gt $1 ]] && echo yes)" yes
}

look() {
  own taskrun "$1" look
  check "$1: the cache path is as it was" "$(says "$1" look 'there is: mine: mine')" yes
}
