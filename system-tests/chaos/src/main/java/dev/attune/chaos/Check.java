package dev.attune.chaos;

/**
 * One thing that must hold.
 *
 * @param must what
 * @param seen the figures it was judged by
 */
public record Check(String must, String seen, boolean held) {}
