package dev.attune.training.adopt;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.training.train.SmallShop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A model file beside its manifest, for the small shop: views, opened, the pages one-hot. */
final class AdoptionFolder {
  static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
  static final List<String> PAGES = List.of("/refund", "/shipping", "/account");
  static final List<String> LABELS = List.of("account", "refund", "shipping");

  private final Path dir;
  private final Playbook playbook;
  private final ModelRegistry registry;

  AdoptionFolder(Path dir) throws Exception {
    this.dir = dir;
    this.playbook = Playbook.load(SmallShop.playbook(dir.resolve("shop")));
    this.registry = new ModelRegistry(dir.resolve("models/shop"));
  }

  Playbook playbook() {
    return playbook;
  }

  ModelRegistry registry() {
    return registry;
  }

  ModelAdopter adopter() {
    return new ModelAdopter(playbook, registry, NOW);
  }

  Path folder(String name, byte[] model) throws Exception {
    return folder(name, model, manifest());
  }

  private Path folder(String name, byte[] model, ObjectNode manifest) throws Exception {
    Path folder = Files.createDirectories(dir.resolve("mine"));
    Files.write(folder.resolve(name), model);
    Files.writeString(folder.resolve(BundleFiles.MANIFEST), manifest.toString());
    return folder;
  }

  /** Adopts the model with these labels; returns its version. */
  String adoptAs(byte[] model, String... labels) throws Exception {
    return adoptAs(model, manifest(), List.of(labels));
  }

  /** The same of a model of four columns, which are without {@code opened}. */
  String adoptFourColumns(byte[] model, List<String> labels) throws Exception {
    ObjectNode manifest = manifest();
    ArrayNode encodings = (ArrayNode) manifest.get("encodings");
    encodings.removeIf(encoding -> encoding.get("feature").stringValue().equals("opened"));
    return adoptAs(model, manifest, labels);
  }

  private String adoptAs(byte[] model, ObjectNode manifest, List<String> labels) throws Exception {
    ArrayNode names = manifest.putArray("labels");
    labels.forEach(names::add);
    return adopter().adopt(folder("model.ubj", model, manifest));
  }

  /** The template, filled in. */
  ObjectNode manifest() {
    ObjectNode manifest = (ObjectNode) JsonMapper.shared().readTree(ManifestTemplate.of(playbook));
    manifest.put("version", "mine.1");
    LABELS.forEach(((ArrayNode) manifest.get("labels"))::add);
    ArrayNode ours = manifest.putArray("encodings");
    ObjectNode page = null;
    for (var encoding :
        JsonMapper.shared().readTree(ManifestTemplate.of(playbook)).get("encodings")) {
      switch (encoding.get("feature").stringValue()) {
        case "views", "opened" -> ours.add(encoding);
        case "page" -> page = (ObjectNode) encoding;
        default -> {}
      }
    }
    ArrayNode values = ((ObjectNode) ours.add(page).get(2)).putArray("values");
    PAGES.forEach(values::add);
    return manifest;
  }
}
