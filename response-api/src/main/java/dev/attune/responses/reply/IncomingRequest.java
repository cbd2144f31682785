package dev.attune.responses.reply;

import dev.attune.core.reply.ReplyRequest;
import java.time.Duration;

/** A request as it came in: what the core decides on, and how long it may wait for news. */
record IncomingRequest(ReplyRequest request, Duration patience) {}
