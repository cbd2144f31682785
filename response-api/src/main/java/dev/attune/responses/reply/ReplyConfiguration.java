package dev.attune.responses.reply;

import dev.attune.http.EndpointConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts the endpoint of replies in front of Spring. */
@Configuration(proxyBeanMethods = false)
@Import(EndpointConfiguration.class)
class ReplyConfiguration {}
