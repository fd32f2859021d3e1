# The Go sample with its cache in a bucket: sourced by ../run.

# bucket SAMPLE: the same with s3:// for oci://, as a user of the other cache has it.
bucket() {
  local query="?endpoint=http://$STEPCACHE_E2E_S3\&region=us-east-1"
  sed -e 's|oci://image-registry[^ ]*/cache-go:|s3://stepcache/$(context.pipelineRun.namespace)/cache-go:|' \
    -e '/- name: cachePath/{h;s/cachePath/blobQueryParams/p;s/- name: .*/  value: "@QUERY@"/p;g;s/cachePath/insecure/p;s/- name: .*/  value: "true"/p;g}' "$1" |
    sed "s|@QUERY@|$query|"
}

# with_account: what comes in, with an account that the server takes from anybody.
with_account() {
  sed '/- name: GOPROXY/{h;s/GOPROXY/AWS_ACCESS_KEY_ID/p;s/- name: .*/  value: e2e/p;g;s/GOPROXY/AWS_SECRET_ACCESS_KEY/p;s/- name: .*/  value: not-secret/p;g}'
}

# run_bucket NAME: one run of it.
run_bucket() {
  bucket "$samples/go.yaml" >"$work/go-bucket.yaml"
  begin pipelinerun "$1" < <(changed "$work/go-bucket.yaml" "$1" /project | with_account)
  await "$1"
  check "$1 succeeded" "$(condition "$1")" True
}

buckets() {
  if [[ -z ${STEPCACHE_E2E_S3:-} ]]; then
    say "STEPCACHE_E2E_S3 is not given, HOST:PORT of an S3 server such as moto: no cache lies in a bucket"
    return
  fi
  curl -sf -X PUT "http://$STEPCACHE_E2E_S3/stepcache" >/dev/null || true
  run_bucket bucket-1
  check "bucket 1, reason of the fetch" "$(result bucket-1 cache-fetch reason)" miss
  check "bucket 1, reason of the upload" "$(result bucket-1 cache-upload reason)" saved
  requests=$(requests | wc -l)
  run_bucket bucket-2
  check "bucket 2, fetched" "$(result bucket-2 cache-fetch fetched)" true
  check "bucket 2, it came out of the bucket" \
    "$([[ $(result bucket-2 cache-fetch ref) == s3://stepcache/* ]] && echo yes)" yes
  check "bucket 2, no more requests for modules than before" "$(requests | wc -l)" "$requests"
  check "bucket 2, reason of the upload" "$(result bucket-2 cache-upload reason)" fetched
}
