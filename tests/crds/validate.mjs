// Reads a JSON list of custom resources and writes a JSON list of what is wrong with them.
import { readFileSync } from "node:fs";
import { ScaledObject } from "@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject";
import { PodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import { PrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";

const models = { ScaledObject, PodMonitor, PrometheusRule };

// The schemas pass over fields that they do not know. So everything that the validation does not read is one of those.
function watched(value, path, unread) {
  if (value === null || typeof value !== "object") return value;
  const fields = Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, watched(child, `${path}.${key}`, unread)]),
  );
  const target = Array.isArray(value) ? Object.values(fields) : fields;
  if (!Array.isArray(value)) Object.keys(value).forEach((key) => unread.add(`${path}.${key}`));
  return new Proxy(target, {
    get(object, key) {
      unread.delete(`${path}.${String(key)}`);
      return object[key];
    },
  });
}

const wrong = [];
for (const object of JSON.parse(readFileSync(0, "utf8"))) {
  const unread = new Set();
  try {
    // Not on a model made of the object, which would be a copy.
    models[object.kind].prototype.validate.call(watched(object, object.kind, unread));
    unread.forEach((field) => wrong.push(`${field} is unknown`));
  } catch (error) {
    wrong.push(`${object.kind}: ${error.message}`);
  }
}
console.log(JSON.stringify(wrong));
