package dev.attune.core.reply;

import dev.attune.schemas.Position;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One question of a chatbot: what shall I say to this user in this slot?
 *
 * @param variables values for the playbook's declared variables; others are left aside
 * @param format null: the playbook's
 * @param zone whose hour of day rules see; null: the playbook's
 * @param after the event that the prediction should include
 */
public record ReplyRequest(
    String userId,
    @Nullable String sessionId,
    String slot,
    @Nullable String locale,
    Map<String, String> variables,
    @Nullable TextFormat format,
    @Nullable ZoneId zone,
    @Nullable Position after) {}
