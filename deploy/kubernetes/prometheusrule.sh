#!/bin/sh
# Prints the rules of deploy/prometheus as the object that the Prometheus operator reads: kustomize puts no file into a field, and the
# rules are kept once. For `kubectl apply -f -`.
set -eu
cat <<'HEAD'
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: piiprobe
spec:
HEAD
sed 's/^/  /' "$(dirname "$0")/../prometheus/rules.yaml"
