/**
 * One path answered on Netty's own threads, in front of Spring, which answers all others. Start at
 * Endpoint. Other services are asked with WholeAnswer.
 */
@NullMarked
package dev.attune.http;

import org.jspecify.annotations.NullMarked;
