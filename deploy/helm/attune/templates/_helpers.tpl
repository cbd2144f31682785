{{/* Release name, within what a label may hold once a service's name is added. */}}
{{- define "attune.name" -}}
{{- if contains "attune" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-attune" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* A service's values over the defaults. Takes root, name; gives YAML. */}}
{{- define "attune.service" -}}
{{- $own := index .root.Values.services .name -}}
{{- mergeOverwrite (deepCopy .root.Values.serviceDefaults) (deepCopy $own) | toYaml -}}
{{- end -}}

{{- define "attune.selector" -}}
app.kubernetes.io/name: attune
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{- define "attune.labels" -}}
{{ include "attune.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "attune.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "attune.name" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "attune.modelsClaim" -}}
{{- .Values.models.existingClaim | default (printf "%s-models" (include "attune.name" .)) -}}
{{- end -}}

{{- define "attune.playbookPath" -}}
{{- if .Values.playbook.configMap -}}/playbooks/{{ .Values.playbook.name }}{{- else -}}{{ .Values.playbook.path }}{{- end -}}
{{- end -}}

{{/* What Kubernetes' restricted profile of pods asks for. */}}
{{- define "attune.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "attune.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Takes root, image, digest. */}}
{{- define "attune.image" -}}
{{- $tag := printf ":%s" (.root.Values.image.tag | default .root.Chart.AppVersion) -}}
{{- with .digest }}{{- $tag = printf "@%s" . }}{{- end -}}
{{- printf "%s/%s%s" .root.Values.image.repository .image $tag -}}
{{- end -}}

{{/* Where models are: a bucket, or a volume. */}}
{{- define "attune.modelsPlace" -}}
{{- .Values.models.location | default "/models" -}}
{{- end -}}

{{/* A variable whose value stays in a secret. Takes variable, secret {name, key}. */}}
{{- define "attune.secretVariable" -}}
- name: {{ .variable }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret.name }}
      key: {{ .secret.key }}
{{- end -}}

{{/* Where Kafka is, the registry and Redis: yours, or the small ones for trials. */}}
{{- define "attune.kafkaServers" -}}
{{- .Values.kafka.bootstrapServers | default (printf "%s-kafka:9092" (include "attune.name" .)) -}}
{{- end -}}

{{- define "attune.registryUrl" -}}
{{- .Values.schemaRegistry.url | default (printf "http://%s-registry:8080/apis/ccompat/v7" (include "attune.name" .)) -}}
{{- end -}}

{{/* How Kafka is reached by an account of one's own. Takes root, and the name of the service, "jobs" or "topics". */}}
{{- define "attune.kafka" -}}
{{- $kafka := .root.Values.kafka -}}
{{- $security := $kafka.security -}}
{{- $login := index $kafka.loginSecrets .name -}}
{{- $certificate := index $kafka.tls.certificateSecrets .name -}}
{{- $byPassword := or (eq $security.mechanism "PLAIN") (hasPrefix "SCRAM-" $security.mechanism) -}}
{{- if and $login.name (not $byPassword) -}}
{{- fail (printf "kafka.loginSecrets.%s belongs to kafka.security.mechanism PLAIN or SCRAM" .name) -}}
{{- end -}}
{{- if and $byPassword (not $login.name) -}}
{{- fail (printf "kafka.loginSecrets.%s is needed: kafka.security.mechanism %s asks everybody for an account" .name $security.mechanism) -}}
{{- end -}}
{{- if and (or $kafka.tls.secretName $certificate.name) (not (hasSuffix "SSL" $security.protocol)) -}}
{{- fail "kafka.tls belongs to kafka.security.protocol SSL or SASL_SSL" -}}
{{- end -}}
{{- if ne $security.protocol "PLAINTEXT" -}}
{{- if not $kafka.bootstrapServers -}}
{{- fail "kafka.security is for a Kafka of yours: the one for trials has neither TLS nor accounts" -}}
{{- end -}}
- name: ATTUNE_KAFKA_SECURITY_PROTOCOL
  value: {{ $security.protocol }}
{{- with $security.mechanism }}
- name: ATTUNE_KAFKA_SASL_MECHANISM
  value: {{ . }}
{{- end }}
{{- if $login.usernameKey }}
{{ include "attune.secretVariable" (dict "variable" "ATTUNE_KAFKA_USERNAME" "secret" (dict "name" $login.name "key" $login.usernameKey)) }}
{{- else if $login.name }}
- name: ATTUNE_KAFKA_USERNAME
  value: attune-{{ .name }}
{{- end }}
{{- if $login.name }}
{{ include "attune.secretVariable" (dict "variable" "ATTUNE_KAFKA_PASSWORD" "secret" $login) }}
{{- end }}
{{- if $kafka.tls.secretName }}
- name: ATTUNE_KAFKA_TRUSTSTORE
  value: /kafka-tls/ca.crt
{{- end }}
{{- if $certificate.name }}
- name: ATTUNE_KAFKA_KEYSTORE
  value: /kafka-certificate/tls.pem
{{- end }}
{{- end }}
{{- end -}}

{{/* How the registry is asked, beside its URL. Takes root. */}}
{{- define "attune.registry" -}}
{{- $registry := .Values.schemaRegistry -}}
{{- if and $registry.tls.secretName (not (hasPrefix "https://" $registry.url)) -}}
{{- fail "schemaRegistry.tls belongs to an https:// URL" -}}
{{- end -}}
{{- if and $registry.tls.clientCertificate (not $registry.tls.secretName) -}}
{{- fail "schemaRegistry.tls.clientCertificate needs schemaRegistry.tls.secretName, which holds it" -}}
{{- end -}}
{{- if and $registry.credentialsSecret.name (not $registry.url) -}}
{{- fail "schemaRegistry.credentialsSecret is for a registry of yours: the one for trials has no accounts" -}}
{{- end -}}
{{- with $registry.credentialsSecret }}
{{- if .name -}}
{{ include "attune.secretVariable" (dict "variable" "ATTUNE_SCHEMA_REGISTRY_USERNAME" "secret" (dict "name" .name "key" .usernameKey)) }}
{{ include "attune.secretVariable" (dict "variable" "ATTUNE_SCHEMA_REGISTRY_PASSWORD" "secret" .) }}
{{- end }}
{{- end }}
{{- if $registry.tls.secretName }}
- name: ATTUNE_SCHEMA_REGISTRY_TRUSTSTORE
  value: /registry-tls/ca.crt
{{- if $registry.tls.clientCertificate }}
- name: ATTUNE_SCHEMA_REGISTRY_KEYSTORE
  value: /registry-tls/tls.pem
{{- end }}
{{- end }}
{{- end -}}

{{/* Where the certificates of both are. Take root, and the name of the service, "jobs" or "topics". */}}
{{- define "attune.tlsMounts" -}}
{{- $kafka := .root.Values.kafka.tls -}}
{{- if $kafka.secretName }}
- name: kafka-tls
  mountPath: /kafka-tls
  readOnly: true
{{- end }}
{{- if (index $kafka.certificateSecrets .name).name }}
- name: kafka-certificate
  mountPath: /kafka-certificate
  readOnly: true
{{- end }}
{{- if .root.Values.schemaRegistry.tls.secretName }}
- name: registry-tls
  mountPath: /registry-tls
  readOnly: true
{{- end }}
{{- end -}}

{{- define "attune.tlsVolumes" -}}
{{- $kafka := .root.Values.kafka.tls -}}
{{- with $kafka.secretName }}
- name: kafka-tls
  secret:
    secretName: {{ . }}
{{- end }}
{{- with index $kafka.certificateSecrets .name }}
{{- if .name }}
- name: kafka-certificate
  secret:
    secretName: {{ .name }}
    # nobody else's, which may be in the same secret
    items:
      - key: {{ .key }}
        path: tls.pem
{{- end }}
{{- end }}
{{- with .root.Values.schemaRegistry.tls.secretName }}
- name: registry-tls
  secret:
    secretName: {{ . }}
{{- end }}
{{- end -}}

{{/* How Redis is reached. Takes root, and the name of the service. */}}
{{- define "attune.redis" -}}
{{- $redis := .root.Values.redis -}}
{{- if $redis.uriSecret.name -}}
{{- include "attune.secretVariable" (dict "variable" "ATTUNE_REDIS_URI" "secret" $redis.uriSecret) }}
{{- else -}}
- name: ATTUNE_REDIS_URI
  value: {{ printf "redis://%s-redis:6379" (include "attune.name" .root) | quote }}
{{- end }}
- name: ATTUNE_REDIS_MODE
  value: {{ $redis.mode }}
{{- with $redis.nodes }}
- name: ATTUNE_REDIS_NODES
  value: {{ join "," . | quote }}
{{- end }}
{{- with $redis.masterName }}
- name: ATTUNE_REDIS_MASTER_NAME
  value: {{ . | quote }}
{{- end }}
{{- with index $redis.passwordSecrets .name }}
{{- if .name }}
- name: ATTUNE_REDIS_USERNAME
  value: attune-{{ $.name }}
{{ include "attune.secretVariable" (dict "variable" "ATTUNE_REDIS_PASSWORD" "secret" .) }}
{{- end }}
{{- end }}
{{- if $redis.tls.secretName }}
- name: ATTUNE_REDIS_TRUSTSTORE
  value: /redis-tls/ca.crt
{{- if $redis.tls.clientCertificate }}
- name: ATTUNE_REDIS_KEYSTORE
  value: /redis-tls/tls.pem
{{- end }}
{{- end }}
{{- end -}}

{{/* How people sign in at the console with an OpenID provider. Takes console.oidc. */}}
{{- define "attune.consoleOidc" -}}
{{- if .issuer -}}
- name: ATTUNE_CONSOLE_OIDC_ISSUER
  value: {{ .issuer | quote }}
- name: ATTUNE_CONSOLE_OIDC_CLIENT_ID
  value: {{ required "console.oidc.clientId is needed with an issuer" .clientId | quote }}
{{- if .clientSecret.name }}
{{ include "attune.secretVariable" (dict "variable" "ATTUNE_CONSOLE_OIDC_CLIENT_SECRET" "secret" .clientSecret) }}
{{- end }}
- name: ATTUNE_CONSOLE_OIDC_SCOPES
  value: {{ join "," .scopes | quote }}
- name: ATTUNE_CONSOLE_OIDC_NAME_CLAIM
  value: {{ .nameClaim | quote }}
- name: ATTUNE_CONSOLE_OIDC_ROLES_CLAIM
  value: {{ .rolesClaim | quote }}
{{- if not (or .editorRoles .viewerRoles) }}
{{- fail "console.oidc needs editorRoles or viewerRoles: nobody could sign in" }}
{{- end }}
- name: ATTUNE_CONSOLE_OIDC_EDITOR_ROLES
  value: {{ join "," .editorRoles | quote }}
- name: ATTUNE_CONSOLE_OIDC_VIEWER_ROLES
  value: {{ join "," .viewerRoles | quote }}
- name: ATTUNE_CONSOLE_OIDC_LABEL
  value: {{ .label | quote }}
- name: ATTUNE_CONSOLE_OIDC_CONSOLE_URL
  value: {{ required "console.oidc.consoleUrl is needed with an issuer" .consoleUrl | quote }}
{{- end }}
{{- end -}}
