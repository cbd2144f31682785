package dev.attune.system.pods;

import dev.attune.system.pods.PodSpec.Kind;
import dev.attune.system.pods.PodSpec.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What podman is told of a pod: its variables, volumes, restrictions and share of the machine.
 *
 * @param folder where claims and the pods' own volumes are kept
 * @param entries of a ConfigMap or Secret
 */
record PodOptions(Path folder, String namespace, Entries entries) {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\(([A-Za-z_][A-Za-z0-9_]*)\\)");

  /** ConfigMaps and Secrets. */
  interface Entries {
    Map<String, String> of(Kind kind, String name);
  }

  List<String> of(String pod, String address, PodSpec spec, Map<String, String> variables)
      throws IOException {
    var options =
        new ArrayList<>(
            List.of(
                "--name=" + pod,
                "--hostname=" + pod,
                "--network=" + PodNetwork.NAME,
                "--ip=" + address,
                "--hosts-file=none",
                "--dns=" + PodNetwork.machine().getHostAddress(),
                "--dns-search=" + namespace + ".svc.cluster.local",
                "--dns-option=ndots:5",
                "--log-driver=k8s-file",
                "--cap-drop=all",
                "--security-opt=no-new-privileges",
                "--user=" + spec.security().user() + ":" + spec.security().group(),
                "--group-add=" + spec.security().filesGroup()));
    if (spec.security().readOnlyRoot()) {
      options.addAll(List.of("--read-only", "--read-only-tmpfs=false"));
    }
    shares(options, spec);
    variables.forEach((name, value) -> options.add("--env=" + name + "=" + value));
    for (var mount : spec.mounts().entrySet()) {
      Volume volume = Objects.requireNonNull(spec.volumes().get(mount.getValue().volume()));
      Path source = source(pod, mount.getValue().volume(), volume, spec);
      String rights = mount.getValue().readOnly() ? ":ro" : "";
      options.add("--volume=" + source + ":" + mount.getKey() + rights);
    }
    return options;
  }

  /** Memory has a limit; of the processor there are shares, as a cluster's nodes give them. */
  private static void shares(List<String> options, PodSpec spec) {
    spec.limits()
        .forEach(
            (what, amount) -> {
              switch (what) {
                case "memory" -> {
                  options.add("--memory=" + bytes(amount));
                  options.add("--memory-swap=" + bytes(amount));
                }
                case "cpu" -> options.add("--cpus=" + milliCpus(amount) / 1_000.0);
                default -> throw new IllegalArgumentException("a limit of " + what);
              }
            });
    String cpu = spec.requests().getOrDefault("cpu", "0");
    options.add("--cpu-shares=" + Math.max(2, milliCpus(cpu) * 1_024 / 1_000));
  }

  private static long bytes(String amount) {
    long number = Long.parseLong(amount.replaceAll("[A-Za-z]", ""));
    return switch (amount.replaceAll("[0-9]", "")) {
      case "" -> number;
      case "Mi" -> number << 20;
      case "Gi" -> number << 30;
      default -> throw new IllegalArgumentException("an amount of " + amount);
    };
  }

  private static long milliCpus(String amount) {
    return amount.endsWith("m")
        ? Long.parseLong(amount.substring(0, amount.length() - 1))
        : (long) (Double.parseDouble(amount) * 1_000);
  }

  Map<String, String> environment(String pod, String address, PodSpec spec) {
    var variables = new LinkedHashMap<String, String>();
    spec.sources().forEach(source -> variables.putAll(entries.of(source.kind(), source.name())));
    spec.environment()
        .forEach(
            (name, variable) ->
                variables.put(
                    name,
                    switch (variable) {
                      case Variable.Text text -> expanded(text.value(), variables);
                      case Variable.Entry entry -> entry(entry);
                      case Variable.Field field -> field(field.path(), pod, address);
                    }));
    return variables;
  }

  private String entry(Variable.Entry entry) {
    return Objects.requireNonNull(
        entries.of(entry.kind(), entry.name()).get(entry.key()), entry::toString);
  }

  private String field(String path, String pod, String address) {
    return switch (path) {
      case "metadata.name" -> pod;
      case "metadata.namespace" -> namespace;
      case "status.podIP" -> address;
      default -> throw new IllegalArgumentException("a field " + path);
    };
  }

  static List<String> expanded(List<String> words, Map<String, String> variables) {
    return words.stream().map(word -> expanded(word, variables)).toList();
  }

  /** Of variables that come before. */
  private static String expanded(String text, Map<String, String> variables) {
    return REFERENCE
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(variables.getOrDefault(found.group(1), found.group())));
  }

  /** Where a claim's files are; made when it isn't there. */
  Path claim(String name) throws IOException {
    return Files.createDirectories(folder.resolve("claims").resolve(name));
  }

  Path own(String pod) {
    return folder.resolve("pods").resolve(pod);
  }

  private Path source(String pod, String name, Volume volume, PodSpec spec) throws IOException {
    Path own = own(pod).resolve(name);
    Path source =
        switch (volume) {
          case Volume.Empty() -> Files.createDirectories(own);
          case Volume.Claim(String claim) -> claim(claim);
          case Volume.Files files -> files(own, files);
        };
    open(source, spec.security().filesGroup());
    return source;
  }

  private Path files(Path own, Volume.Files volume) throws IOException {
    Files.createDirectories(own);
    Map<String, String> all = entries.of(volume.kind(), volume.name());
    Map<String, String> files = new LinkedHashMap<>(volume.items());
    if (files.isEmpty()) {
      all.keySet().forEach(key -> files.put(key, key));
    }
    for (var file : files.entrySet()) {
      String text = Objects.requireNonNull(all.get(file.getKey()), file::toString);
      Files.writeString(own.resolve(file.getValue()), text);
    }
    return own;
  }

  /** As fsGroup does it: the group may read and write all, and gets what comes. */
  private static void open(Path volume, int group) throws IOException {
    try (Stream<Path> files = Files.walk(volume)) {
      for (Path file : files.toList()) {
        int mode = (int) Files.getAttribute(file, "unix:mode") & 07777;
        Files.setAttribute(file, "unix:gid", group);
        Files.setAttribute(file, "unix:mode", mode | (Files.isDirectory(file) ? 02770 : 0660));
      }
    }
  }
}
