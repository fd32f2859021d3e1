package dev.stepcache.tekton;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The rules of Tekton's own types and of CronJobs, as far as our YAML meets them: which fields
 * there are, how names are written, and what excludes what. What it finds are the problems, each
 * with its place.
 */
final class Schema {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern PARAM = Pattern.compile("[_a-zA-Z][_a-zA-Z0-9.-]*");
  private static final Pattern ENVIRONMENT = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");
  private static final Pattern SCHEDULE =
      Pattern.compile("([0-9*][0-9*/,-]*)( [0-9*][0-9*/,-]*){4}");
  private static final Pattern ARRAY = Pattern.compile("\\$\\(params\\.[^)]*\\[\\*\\]\\)");

  private static final Pattern RESULT = Pattern.compile("\\$\\(step\\.results\\.[^)]+\\.path\\)$");

  private static final Set<String> STEP_ACTION =
      Set.of("description", "params", "results", "image", "command", "args", "env");
  private static final Set<String> RUN_STEP =
      Set.of(
          "name",
          "image",
          "command",
          "args",
          "env",
          "script",
          "workingDir",
          "when",
          "imagePullPolicy",
          "onError",
          "results",
          "securityContext",
          "timeout",
          "computeResources",
          "volumeMounts");
  private static final Set<String> REFERRING_STEP =
      Set.of("name", "ref", "params", "when", "onError", "timeout");
  private static final Set<String> TASK =
      Set.of("params", "workspaces", "steps", "stepTemplate", "results", "volumes");

  private final List<String> problems = new ArrayList<>();

  private Schema() {}

  static List<String> problems(Yaml document) {
    if (document.at("kind").text().equals("List")) {
      return document.at("items").list().stream().flatMap(item -> problems(item).stream()).toList();
    }
    Schema schema = new Schema();
    if (!document.at("apiVersion").text().startsWith("tekton.dev/")) {
      schema.ofKubernetes(document);
      return schema.problems;
    }
    schema.only(document, "", "apiVersion", "kind", "metadata", "spec");
    Yaml metadata = document.at("metadata");
    schema.only(metadata, "metadata", "name", "generateName", "labels", "annotations");
    if (metadata.at("generateName").value() == null) {
      schema.name(metadata, "metadata", LABEL);
    }
    String kind = document.at("apiVersion").text() + " " + document.at("kind").text();
    Yaml spec = document.at("spec");
    switch (kind) {
      case "tekton.dev/v1beta1 StepAction" -> schema.stepAction(spec);
      case "tekton.dev/v1 PipelineRun" -> schema.pipelineRun(spec);
      case "tekton.dev/v1 TaskRun" -> {
        schema.only(spec, "spec", "params", "workspaces", "taskSpec", "timeout");
        schema.task(spec.at("taskSpec"), "spec.taskSpec");
      }
      default -> schema.problems.add("kind: " + kind);
    }
    return schema.problems;
  }

  /** What is no type of Tekton's: its name, and where it has pods, those. */
  private void ofKubernetes(Yaml document) {
    name(document.at("metadata"), "metadata", LABEL);
    switch (document.at("kind").text()) {
      case "DaemonSet" -> {
        only(document.at("spec"), "spec", "selector", "template");
        Yaml labels = document.at("spec", "template", "metadata", "labels");
        if (!labels.equals(document.at("spec", "selector", "matchLabels"))) {
          problems.add("spec.selector finds no pod of the template");
        }
        pod(document.at("spec", "template", "spec"));
      }
      case "CronJob" -> cronJob(document.at("spec"));
      case "Role", "RoleBinding", "ServiceAccount" -> {}
      default -> problems.add("kind: " + document.at("kind").text());
    }
  }

  private void pod(Yaml pod) {
    only(
        pod,
        "pod",
        "restartPolicy",
        "serviceAccountName",
        "securityContext",
        "tolerations",
        "terminationGracePeriodSeconds",
        "automountServiceAccountToken",
        "initContainers",
        "containers",
        "volumes");
    Set<String> volumes = new HashSet<>();
    pod.at("volumes").list().forEach(volume -> volumes.add(volume.at("name").text()));
    Set<String> mounted = new HashSet<>();
    List<Yaml> containers = new ArrayList<>(pod.at("initContainers").list());
    containers.addAll(pod.at("containers").list());
    each(
        new Yaml(containers.stream().map(Yaml::value).toList()),
        "containers",
        LABEL,
        "name",
        "image",
        "command",
        "args",
        "env",
        "resources",
        "securityContext",
        "volumeMounts");
    for (Yaml container : containers) {
      environment(container.at("env"), "containers.env");
      for (Yaml mount : container.at("volumeMounts").list()) {
        only(mount, "volumeMounts", "name", "mountPath", "readOnly");
        mounted.add(mount.at("name").text());
      }
    }
    if (!mounted.equals(volumes)) {
      problems.add("volumes: " + volumes + " are there, and " + mounted + " are mounted");
    }
  }

  private void stepAction(Yaml spec) {
    only(spec, "spec", STEP_ACTION.toArray(String[]::new));
    params(spec.at("params"), "spec.params");
    each(spec.at("results"), "spec.results", PARAM, "name", "description", "type");
    environment(spec.at("env"), "spec.env");
    if (!spec.at("command").texts().getFirst().startsWith("/")) {
      problems.add("spec.command: Tekton would look the image up for each run");
    }
    Set<String> demanded = new HashSet<>();
    for (Yaml param : spec.at("params").list()) {
      if (param.at("default").value() == null) {
        demanded.add("$(params." + param.at("name").text() + ")");
      }
    }
    for (String arg : spec.at("args").texts()) {
      boolean given = demanded.contains(arg) || RESULT.matcher(arg).find();
      if (arg.contains("$(") && !given && !ARRAY.matcher(arg).matches()) {
        problems.add("spec.args: " + arg + " would be an empty arg where the param is empty");
      }
    }
  }

  private void params(Yaml params, String at) {
    each(params, at, PARAM, "name", "description", "type", "default");
    for (Yaml param : params.list()) {
      Object fallback = param.at("default").value();
      boolean array = "array".equals(param.at("type").value());
      if (fallback != null && array != fallback instanceof List<?>) {
        problems.add(at + ": the default of " + param.at("name").text() + " is of another type");
      }
      if (String.valueOf(fallback).contains("$(")) {
        problems.add(at + ": " + param.at("name").text() + " has a default that needs Tekton 0.68");
      }
    }
  }

  private void pipelineRun(Yaml spec) {
    only(spec, "spec", "params", "workspaces", "pipelineSpec", "taskRunTemplate", "timeouts");
    each(spec.at("params"), "spec.params", PARAM, "name", "value");
    each(
        spec.at("workspaces"),
        "spec.workspaces",
        LABEL,
        "name",
        "emptyDir",
        "persistentVolumeClaim",
        "secret");
    Yaml pipeline = spec.at("pipelineSpec");
    only(pipeline, "spec.pipelineSpec", "params", "workspaces", "tasks", "results");
    params(pipeline.at("params"), "spec.pipelineSpec.params");
    String at = "spec.pipelineSpec.tasks";
    each(
        pipeline.at("tasks"),
        at,
        LABEL,
        "name",
        "params",
        "workspaces",
        "taskSpec",
        "runAfter",
        "when");
    for (Yaml task : pipeline.at("tasks").list()) {
      each(task.at("params"), at + ".params", PARAM, "name", "value");
      each(task.at("workspaces"), at + ".workspaces", LABEL, "name", "workspace");
      task(task.at("taskSpec"), at + ".taskSpec");
    }
  }

  private void task(Yaml task, String at) {
    only(task, at, TASK.toArray(String[]::new));
    params(task.at("params"), at + ".params");
    Set<String> names = new HashSet<>();
    for (Yaml step : task.at("steps").list()) {
      String place = at + ".steps." + step.at("name").value();
      name(step, place, LABEL);
      if (!names.add(String.valueOf(step.at("name").value()))) {
        problems.add(place + " is there twice");
      }
      step(step, place);
    }
  }

  private void step(Yaml step, String at) {
    if (step.at("ref").value() != null) {
      only(step, at, REFERRING_STEP.toArray(String[]::new));
      only(step.at("ref"), at + ".ref", "name", "resolver", "params");
      each(step.at("params"), at + ".params", PARAM, "name", "value");
    } else {
      only(step, at, RUN_STEP.toArray(String[]::new));
      environment(step.at("env"), at + ".env");
      if (String.valueOf(step.at("script").value()).contains("$(steps.")) {
        problems.add(at + ".script: Tekton gives results of steps to env, command and args alone");
      }
      if (step.at("image").value() == null) {
        problems.add(at + " has no image");
      }
      if ((step.at("script").value() == null) == (step.at("command").value() == null)) {
        problems.add(at + " wants a script or a command, and not both");
      }
    }
    for (Yaml when : step.at("when").list()) {
      only(when, at + ".when", "input", "operator", "values");
      if (!Set.of("in", "notin").contains(String.valueOf(when.at("operator").value()))) {
        problems.add(at + ".when: no operator: " + when.at("operator").value());
      }
    }
  }

  private void cronJob(Yaml spec) {
    only(spec, "spec", "schedule", "concurrencyPolicy", "jobTemplate");
    if (!SCHEDULE.matcher(spec.at("schedule").text()).matches()) {
      problems.add("spec.schedule: no schedule: " + spec.at("schedule").value());
    }
    Yaml job = spec.at("jobTemplate", "spec");
    only(job, "spec.jobTemplate.spec", "backoffLimit", "template");
    pod(job.at("template", "spec"));
  }

  private void environment(Yaml environment, String at) {
    each(environment, at, ENVIRONMENT, "name", "value", "valueFrom");
    for (Yaml variable : environment.list()) {
      if (variable.at("value").value() != null && !variable.at("value").isText()) {
        problems.add(at + ": " + variable.at("name").value() + " is no string: quote it");
      }
    }
  }

  private void each(Yaml list, String at, Pattern names, String... fields) {
    Set<String> seen = new HashSet<>();
    for (Yaml item : list.list()) {
      only(item, at, fields);
      name(item, at, names);
      if (!seen.add(String.valueOf(item.at("name").value()))) {
        problems.add(at + ": " + item.at("name").value() + " is there twice");
      }
    }
  }

  private void only(Yaml map, String at, String... fields) {
    for (Object field : ((Map<?, ?>) map.value()).keySet()) {
      if (!List.of(fields).contains(field)) {
        problems.add(at + ": no field " + field);
      }
    }
  }

  private void name(Yaml named, String at, Pattern pattern) {
    if (!pattern.matcher(String.valueOf(named.at("name").value())).matches()) {
      problems.add(at + ": no name: " + named.at("name").value());
    }
  }
}
