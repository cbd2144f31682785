package dev.attune.console.overview;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class OverviewConfiguration {
  @Bean
  AddressLookup addressLookup() {
    return AddressLookup::dns;
  }
}
