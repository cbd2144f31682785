package dev.attune.local.client;

import java.util.List;

/**
 * The prediction readable for a user.
 *
 * @param ranked labels, the most probable first
 * @param eventToken the newest event it includes
 */
public record UserPrediction(List<String> ranked, String model, String eventToken) {}
