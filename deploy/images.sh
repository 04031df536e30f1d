# shellcheck shell=bash
# shellcheck disable=SC2154 # what is used here is set by the scripts that read this file
# The images in ECR. A version's tag never moves; the environment's tag says which image runs there, and moves last.

# digest_of <tag> [answer of a dry run]: prints the digest of the image with that tag, or None.
digest_of() {
  query "${2:-None}" aws ecr batch-get-image --repository-name "$SERVICE" --image-ids "imageTag=$1" --query 'images[0].imageId.imageDigest' --output text
}

# move_tag <digest>: makes the environment's tag mean that image.
move_tag() {
  local current image manifest type
  current=$(digest_of "$environment")
  if [[ $current == "$1" ]]; then
    say "  The tag $environment is on that image already."
    return
  fi
  image=$(query '{}' aws ecr batch-get-image --repository-name "$SERVICE" --image-ids "imageDigest=$1" --query 'images[0]' --output json)
  manifest=$(jq -r '.imageManifest // "manifest"' <<< "$image")
  type=$(jq -r '.imageManifestMediaType // "type"' <<< "$image")
  run aws ecr put-image --repository-name "$SERVICE" --image-tag "$environment" --image-manifest "$manifest" --image-manifest-media-type "$type" \
    --query 'image.imageId' --output text
}

# scan_findings <digest>: fails where ECR's scan found something critical; says so where ECR did not scan.
scan_findings() {
  local ask=(aws ecr describe-image-scan-findings --repository-name "$SERVICE" --image-id "imageDigest=$1" --no-paginate --output json) findings critical
  run aws ecr wait image-scan-complete --repository-name "$SERVICE" --image-id "imageDigest=$1" || say "  The scan did not complete; what it says follows."
  say "  ? ${ask[*]}"
  if $dry_run; then return; fi
  if ! findings=$("${ask[@]}" 2>&1); then
    # ECR scans no index of images, and is told to by nobody in a repository without scans: the pipeline has a scanner of its own.
    [[ $findings == *ScanNotFoundException* ]] || fail "$findings" || return
    say "  ECR has not scanned this image."
    return
  fi
  # ECR knows no packages in some minimal images and says so.
  [[ $(jq -r '.imageScanStatus.status' <<< "$findings") == COMPLETE ]] ||
    say "  ECR did not scan this image: $(jq -r '.imageScanStatus.description // "no reason was given"' <<< "$findings")."
  critical=$(jq -r '.imageScanFindings.findingSeverityCounts.CRITICAL // 0' <<< "$findings")
  [[ $critical == 0 ]] || fail "The scan found critical vulnerabilities: $critical."
}
