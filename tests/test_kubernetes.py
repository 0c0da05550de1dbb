"""The manifests of deploy/kubernetes: valid by the schemas, in agreement with themselves and with the server's settings."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from conftest import Start
from manifests import (
    KUBERNETES,
    OVERLAYS,
    PODS,
    ROOT,
    Object,
    built,
    containers,
    environment_of,
    of_kind,
    overlay,
    piiprobe_of,
    pod_of,
    tool,
)
from npm import installed

from service.config import Settings

CRDS = ROOT / "tests" / "crds"
CUSTOM = ("PodMonitor", "PrometheusRule", "ScaledObject")
SIDECARS = ("sidecar", "sidecar-socket")
# The kinds of volume that the restricted profile of Pod Security allows and that are used here.
HARMLESS_VOLUMES = {"emptyDir", "secret", "persistentVolumeClaim"}


def each_overlay(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", names or OVERLAYS)


def settings_of(container: Object, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """What the server in the container would be told."""
    for name in os.environ:
        if name.startswith("PIIPROBE_"):
            monkeypatch.delenv(name)
    for name, value in environment_of(container).items():
        monkeypatch.setenv(name, value)
    return Settings()


@pytest.fixture(scope="session")
def crds() -> Path:
    """A folder with the schemas of the custom resources."""
    folder = installed(CRDS)
    shutil.copy(CRDS / "validate.mjs", folder)
    return folder


def wrong_with(crds: Path, objects: list[Object]) -> list[str]:
    run = subprocess.run(
        [tool("node"), "validate.mjs"], cwd=crds, input=json.dumps(objects), capture_output=True, text=True, check=True
    )
    wrong: list[str] = json.loads(run.stdout)
    return wrong


# 1.33 is the first with native sidecars for good.
@pytest.mark.parametrize("version", ["1.33", "1.37"])
@each_overlay()
def test_what_kubernetes_defines_is_valid(name: str, version: str) -> None:
    standard = [each for each in overlay(name) if each["kind"] not in CUSTOM]
    assert of_kind(standard, "Deployment")
    for each in standard:
        kubernetes_validate.validate(each, version, strict=True)


@each_overlay()
def test_custom_resources_are_valid(name: str, crds: Path) -> None:
    custom = of_kind(overlay(name), *CUSTOM)
    assert of_kind(custom, "PodMonitor")
    assert wrong_with(crds, custom) == []


def test_the_check_of_custom_resources_finds_mistakes(crds: Path) -> None:
    (scaled,) = of_kind(overlay("standalone"), "ScaledObject")
    assert wrong_with(crds, [{**scaled, "spec": {**scaled["spec"], "minReplicas": 2}}]) == [
        "ScaledObject.spec.minReplicas is unknown"
    ]
    assert wrong_with(crds, [{**scaled, "spec": {**scaled["spec"], "pollingInterval": "15"}}])


def test_the_rules_become_an_object_of_the_operator(crds: Path) -> None:
    rule = yaml.safe_load(subprocess.run([KUBERNETES / "prometheusrule.sh"], capture_output=True, check=True).stdout)
    assert rule["spec"] == yaml.safe_load((ROOT / "deploy" / "prometheus" / "rules.yaml").read_text())
    assert wrong_with(crds, [rule]) == []


def test_the_dashboard_comes_with_the_service() -> None:
    (dashboard,) = of_kind(overlay("standalone"), "ConfigMap")
    assert dashboard["metadata"]["labels"]["grafana_dashboard"] == "1"


@each_overlay()
def test_the_environment_is_one_that_the_server_understands(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    container = piiprobe_of(pod_of(overlay(name)))
    given = {each.removeprefix("PIIPROBE_").lower() for each in environment_of(container) if each.startswith("PIIPROBE_")}
    assert given <= set(Settings.model_fields)
    settings = settings_of(container, monkeypatch)
    assert given == settings.model_fields_set


@each_overlay()
def test_a_service_of_our_name_does_not_break_the_settings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # What Kubernetes puts into pods for Services called piiprobe and piiprobe-metrics.
    injected = {
        "PIIPROBE_PORT": "tcp://10.0.0.1:50051",
        "PIIPROBE_SERVICE_HOST": "10.0.0.1",
        "PIIPROBE_METRICS_PORT": "tcp://10.0.0.1:80",
    }
    container = piiprobe_of(pod_of(overlay(name)))
    for variable, value in {**injected, **environment_of(container)}.items():
        monkeypatch.setenv(variable, value)
    assert Settings().port == 50051


@each_overlay()
def test_probes_ask_the_metrics_port(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    container = piiprobe_of(pod_of(overlay(name)))
    settings = settings_of(container, monkeypatch)
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    asked = {}
    for kind in ("startup", "liveness", "readiness"):
        probe = container[f"{kind}Probe"]
        asked[kind] = probe["httpGet"]["path"]
        assert ports[probe["httpGet"]["port"]] == settings.metrics_port
        # /livez answers within a second, with 200 or 503.
        assert probe["timeoutSeconds"] > 1
    assert asked == {"startup": "/readyz", "liveness": "/livez", "readiness": "/readyz"}
    # kubelet dials the address of the pod.
    assert settings.metrics_host == "0.0.0.0"
    # Nobody is killed for a pause of half a minute.
    liveness = container["livenessProbe"]
    assert liveness["periodSeconds"] * (liveness["failureThreshold"] - 1) > 30


@each_overlay(*SIDECARS)
def test_a_sidecar_is_a_native_one_that_only_its_pod_reaches(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pod = pod_of(overlay(name))
    (sidecar,) = pod["spec"]["initContainers"]
    assert (sidecar["name"], sidecar["restartPolicy"]) == ("piiprobe", "Always")
    settings = settings_of(sidecar, monkeypatch)
    assert settings.host == "127.0.0.1"
    assert settings.tls_certificate is None
    # The port of gRPC is not announced.
    assert [port["name"] for port in sidecar["ports"]] == ["pii-metrics"]


def test_the_app_asks_where_the_sidecar_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SIDECARS:
        pod = pod_of(overlay(name))
        settings = settings_of(piiprobe_of(pod), monkeypatch)
        (app,) = pod["spec"]["containers"]
        expected = f"unix:{settings.socket}" if settings.socket else f"{settings.host}:{settings.port}"
        assert environment_of(app)["TARGET"] == expected


def test_both_users_reach_the_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    pod = pod_of(overlay("sidecar-socket"))
    socket = settings_of(piiprobe_of(pod), monkeypatch).socket
    assert socket is not None
    mounted = []
    for container in containers(pod):
        (mount,) = [each for each in container["volumeMounts"] if each["mountPath"] == str(Path(socket).parent)]
        assert not mount.get("readOnly")
        mounted.append(mount["name"])
    assert mounted == ["piiprobe-socket"] * 2
    assert pod["spec"]["securityContext"]["fsGroup"]


@each_overlay()
def test_there_is_time_to_drain(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pod = pod_of(overlay(name))
    settings = settings_of(piiprobe_of(pod), monkeypatch)
    # 30 s is what Kubernetes takes where the pod says nothing.
    assert pod["spec"].get("terminationGracePeriodSeconds", 30) >= settings.drain_delay_s + settings.drain_grace_s + 10


def test_the_service_is_encrypted_and_asks_for_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(piiprobe_of(pod_of(overlay("standalone"))), monkeypatch)
    assert settings.host == "0.0.0.0"
    assert settings.tls_certificate
    assert settings.tls_key
    assert settings.token_file
    assert not settings.allow_plaintext


def test_secrets_are_whole_folders_for_reading() -> None:
    pod = pod_of(overlay("standalone"))
    secrets = {volume["name"] for volume in pod["spec"]["volumes"] if "secret" in volume}
    assert secrets == {"piiprobe-tls", "piiprobe-tokens"}
    mounts = {mount["name"]: mount for mount in piiprobe_of(pod)["volumeMounts"] if mount["name"] in secrets}
    assert set(mounts) == secrets
    for mount in mounts.values():
        assert mount["readOnly"]
        # A file mounted by subPath is never renewed.
        assert "subPath" not in mount
    files = [value for name, value in environment_of(piiprobe_of(pod)).items() if value.startswith("/etc/piiprobe")]
    assert len(files) == 3
    assert {str(Path(file).parent) for file in files} == {mount["mountPath"] for mount in mounts.values()}


def test_ports_and_labels_of_the_service_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    objects = overlay("standalone")
    pod = pod_of(objects)
    labels = pod["metadata"]["labels"].items()
    ports = {port["name"]: port["containerPort"] for port in piiprobe_of(pod)["ports"]}
    settings = settings_of(piiprobe_of(pod), monkeypatch)
    (service,) = of_kind(objects, "Service")
    assert service["spec"]["clusterIP"] == "None"
    assert service["spec"]["selector"].items() <= labels
    ((name, port),) = [(each["targetPort"], each["port"]) for each in service["spec"]["ports"]]
    assert ports[name] == port == settings.port
    (budget,) = of_kind(objects, "PodDisruptionBudget")
    (policy,) = of_kind(objects, "NetworkPolicy")
    (deployment,) = of_kind(objects, "Deployment")
    assert budget["spec"]["selector"]["matchLabels"].items() <= labels
    assert policy["spec"]["podSelector"]["matchLabels"].items() <= labels
    assert deployment["spec"]["selector"]["matchLabels"].items() <= labels
    for spread in pod["spec"]["topologySpreadConstraints"]:
        assert spread["labelSelector"]["matchLabels"].items() <= labels
    allowed = {port["port"] for rule in policy["spec"]["ingress"] for port in rule["ports"]}
    assert allowed == set(ports)
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert policy["spec"]["egress"] == []


def test_the_number_of_pods_is_left_to_the_autoscaler() -> None:
    objects = overlay("standalone")
    (scaled,) = of_kind(objects, "ScaledObject")
    (deployment,) = of_kind(objects, "Deployment")
    assert scaled["spec"]["scaleTargetRef"]["name"] == deployment["metadata"]["name"]
    assert "replicas" not in deployment["spec"]
    # One pod may always be evicted.
    assert scaled["spec"]["minReplicaCount"] >= 2
    (trigger,) = scaled["spec"]["triggers"]
    query = trigger["metadata"]["query"]
    assert query.count(f'namespace="{deployment["metadata"]["namespace"]}"') == query.count('job="piiprobe"') == 2


async def test_the_autoscaler_asks_for_metrics_that_there_are(start: Start) -> None:
    (scaled,) = of_kind(overlay("standalone"), "ScaledObject")
    asked = set(re.findall(r"piiprobe_\w+", scaled["spec"]["triggers"][0]["metadata"]["query"]))
    registry = (await start()).server.metrics.registry
    assert asked
    assert asked <= {sample.name for family in registry.collect() for sample in family.samples}


@each_overlay()
def test_prometheus_finds_the_pods(name: str) -> None:
    objects = overlay(name)
    (monitor,) = of_kind(objects, "PodMonitor")
    pod = pod_of(objects)
    (rule,) = monitor["spec"]["selector"]["matchExpressions"]
    assert pod["metadata"]["labels"][rule["key"]] in rule["values"]
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
    assert endpoint["port"] in [port["name"] for port in piiprobe_of(pod)["ports"]]
    assert {"targetLabel": "job", "replacement": "piiprobe"} in endpoint["relabelings"]
    assert monitor["metadata"]["namespace"] == objects[0]["metadata"]["name"]


def assert_restricted(pod: Object, container: Object) -> None:
    """The restricted profile of Pod Security, and what we ask beyond it."""
    context = container["securityContext"]
    around = {**pod["spec"].get("securityContext", {}), **context}
    assert context["allowPrivilegeEscalation"] is False
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert around["runAsNonRoot"] is True
    assert around["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not any(port.get("hostPort") for port in container.get("ports", []))
    assert context["readOnlyRootFilesystem"] is True
    assert around["runAsUser"] == around["runAsGroup"] == 65532
    assert (
        set(container["resources"]["requests"]) == set(container["resources"]["limits"]) == {"cpu", "memory", "ephemeral-storage"}
    )


@each_overlay()
def test_pods_are_restricted(name: str) -> None:
    objects = overlay(name)
    (namespace,) = of_kind(objects, "Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert {each["metadata"]["namespace"] for each in objects if each != namespace} == {namespace["metadata"]["name"]}
    pod = pod_of(objects)
    assert pod["spec"]["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod["spec"])
    for volume in pod["spec"]["volumes"]:
        assert set(volume) - {"name"} <= HARMLESS_VOLUMES
        assert volume.get("emptyDir", {"sizeLimit": ""}).keys() >= {"sizeLimit"}
    assert "/tmp" in [mount["mountPath"] for mount in piiprobe_of(pod)["volumeMounts"]]
    for container in containers(pod):
        assert_restricted(pod, container)


@each_overlay()
def test_images_have_a_version(name: str) -> None:
    for container in containers(pod_of(overlay(name))):
        image, _, tag = container["image"].partition(":")
        assert image == "piiprobe"
        assert tag not in ("", "latest")


STRANGER = """
apiVersion: apps/v1
kind: {kind}
metadata:
  name: shop
  labels:
    piiprobe: sidecar
spec:
  template:
    spec:
      terminationGracePeriodSeconds: 300
      initContainers:
        - name: migrate
          image: shop:7
      containers:
        - name: shop
          image: shop:7
          env:
            - name: PORT
              value: "80"
      volumes:
        - name: data
          emptyDir: {{}}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: other
spec:
  template:
    spec:
      containers:
        - name: other
          image: other:1
"""


def stranger(folder: Path, kind: str, *components: str) -> list[Object]:
    (folder / "shop.yaml").write_text(STRANGER.format(kind=kind))
    kustomization: dict[str, Any] = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": "shop",
        "resources": ["shop.yaml"],
        "components": [os.path.relpath(KUBERNETES / "components" / each, folder.resolve()) for each in components],
        "images": [{"name": "piiprobe", "newName": "images.example.com/piiprobe", "digest": f"sha256:{'0' * 64}"}],
    }
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
    return built(folder)


@pytest.mark.parametrize("kind", PODS)
def test_a_stranger_adds_the_sidecar_to_a_workload_of_their_own(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects = stranger(tmp_path, kind, "sidecar")
    shop, other = (next(each for each in objects if each["metadata"]["name"] == name) for name in ("shop", "other"))
    # Nothing is left of the template that the container was copied from.
    assert sorted(each["kind"] for each in objects) == sorted([kind, "Deployment", "PodMonitor"])
    pod = shop["spec"]["template"]
    sidecar = piiprobe_of(pod)
    assert sidecar["restartPolicy"] == "Always"
    assert sidecar["image"] == f"images.example.com/piiprobe@sha256:{'0' * 64}"
    assert sidecar["startupProbe"] == piiprobe_of(pod_of(overlay("sidecar")))["startupProbe"]
    # It is restricted, and has no token of the service account, whatever the pod around it is.
    assert_restricted({"spec": {}}, sidecar)
    assert "/var/run/secrets/kubernetes.io/serviceaccount" in [mount["mountPath"] for mount in sidecar["volumeMounts"]]
    volumes = {volume["name"] for volume in pod["spec"]["volumes"]}
    assert {mount["name"] for mount in sidecar["volumeMounts"]} <= volumes
    # What is theirs stays.
    assert "data" in volumes
    assert pod["spec"]["terminationGracePeriodSeconds"] == 300
    assert {"name": "migrate", "image": "shop:7"} in pod["spec"]["initContainers"]
    assert pod["spec"]["containers"] == [{"name": "shop", "image": "shop:7", "env": [{"name": "PORT", "value": "80"}]}]
    assert other["spec"] == {"template": {"spec": {"containers": [{"name": "other", "image": "other:1"}]}}}


def test_a_stranger_chooses_the_socket_and_a_volume_with_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (shop,) = of_kind(stranger(tmp_path, "StatefulSet", "sidecar", "socket", "model-volume"), "StatefulSet")
    pod = shop["spec"]["template"]
    sidecar = piiprobe_of(pod)
    settings = settings_of(sidecar, monkeypatch)
    assert settings.socket
    (mount,) = [each for each in sidecar["volumeMounts"] if each["mountPath"] == settings.base_model]
    assert mount["readOnly"]
    (volume,) = [each for each in pod["spec"]["volumes"] if each["name"] == mount["name"]]
    assert volume["persistentVolumeClaim"]["readOnly"]


def test_the_service_takes_a_volume_with_the_model_and_certificates_of_callers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = {name: os.path.relpath(KUBERNETES / name, tmp_path.resolve()) for name in ("overlays/standalone", "components")}
    kustomization = {
        "resources": [paths["overlays/standalone"]],
        "components": [f"{paths['components']}/model-volume", f"{paths['components']}/mutual-tls"],
    }
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
    pod = pod_of(built(tmp_path))
    container = piiprobe_of(pod)
    settings = settings_of(container, monkeypatch)
    assert settings.base_model in [mount["mountPath"] for mount in container["volumeMounts"]]
    assert settings.tls_client_ca
    assert str(Path(settings.tls_client_ca).parent) in [mount["mountPath"] for mount in container["volumeMounts"]]
    assert pod["spec"]["containers"] == [container]
