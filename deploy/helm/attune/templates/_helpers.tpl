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
{{- if .Values.playbook.configMap -}}/playbook{{- else -}}{{ .Values.playbook.path }}{{- end -}}
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
