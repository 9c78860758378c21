package foreign

// Row is a row of Table.
type Row struct {
	System   string // of Field
	Paths    string // fields, separated by spaces; "" where each installation has its own
	Form     string // of Field
	What     string
	Source   string // document of the system, as of 2026-12
	Optional bool   // looked for if the configuration names it: the field may hold what is no identity
}

// Forms that several systems share.
const (
	formUUID = `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`
	formHMAC = `hmac-sha256:[0-9a-f]{64}`
)

// Table lists the systems that are known.
var Table = []Row{
	{System: "github_hashed_token", Paths: "hashed_token", Form: `[A-Za-z0-9+/]{43}=`,
		What:   "SHA-256 of the token that GitHub's audit log is about, in base64",
		Source: "https://github.com/github/roadmap/issues/807"},
	{System: "kong_credential", Paths: "authenticated_entity.id", Form: formUUID,
		What:   "id of the credential that Kong accepted",
		Source: "https://developer.konghq.com/plugins/http-log/"},
	{System: "kong_consumer", Paths: "consumer.id", Form: formUUID,
		What:   "id of the consumer that the credential belongs to",
		Source: "https://developer.konghq.com/plugins/http-log/"},
	{System: "litellm_key_hash", Form: `[0-9a-f]{64}`,
		Paths:  "user_api_key_hash metadata.user_api_key_hash standard_logging_object.metadata.user_api_key_hash",
		What:   "SHA-256 of the virtual key of LiteLLM's proxy",
		Source: "https://docs.litellm.ai/docs/proxy/logging_spec"},
	{System: "kubernetes_credential", Paths: "user.extra.authentication.kubernetes.io/credential-id",
		Form:   `JTI=` + formUUID + `|X509SHA256=[0-9a-f]{64}`,
		What:   "id of the service account's token, or digest of the client certificate, in the audit log",
		Source: "https://pkg.go.dev/k8s.io/apiserver/pkg/authentication/user#CredentialIDKey"},
	{System: "aws_api_key", Paths: "apiKeyId identity.apiKeyId requestContext.identity.apiKeyId", Form: `[a-z0-9]{10}`,
		What:   "id of the API key that API Gateway accepted ($context.identity.apiKeyId); apiKey is the key itself",
		Source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html"},
	{System: "aws_access_key", Paths: "userIdentity.accessKeyId detail.userIdentity.accessKeyId", Form: `A(?:KIA|SIA)[A-Z0-9]{16}`,
		What:   "access key id in CloudTrail, long-term (AKIA) or temporary (ASIA); public by design",
		Source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html"},
	{System: "vault_token", Paths: "auth.client_token request.client_token", Form: formHMAC,
		What:   "HMAC of the token under the key of the audit device of Vault or OpenBao",
		Source: "https://developer.hashicorp.com/vault/docs/audit/schema"},
	{System: "vault_accessor", Paths: "auth.accessor request.client_token_accessor", Form: formHMAC + `|[A-Za-z0-9]{24}`,
		What:   "accessor of the token, or its HMAC",
		Source: "https://developer.hashicorp.com/vault/docs/audit/schema"},
	{System: "okta_api_token", Paths: "transaction.detail.requestApiTokenId", Form: `00T[A-Za-z0-9]{17}`,
		What:   "id of the API token in Okta's System Log",
		Source: "https://developer.okta.com/okta-sdk-java/apidocs/com/okta/sdk/resource/model/LogTransaction.html"},
	{System: "okta_client", Paths: "client.id actor.id", Form: `0oa[A-Za-z0-9]{17}`,
		What:   "id of the OAuth client in Okta's System Log",
		Source: "https://www.elastic.co/docs/reference/beats/filebeat/exported-fields-okta"},
	{System: "auth0_client", Paths: "data.client_id", Form: `[A-Za-z0-9]{32}`,
		What:   "id of the application in Auth0's log streams",
		Source: "https://auth0.com/docs/tenant-logs/management-success/sapi"},
	{System: "traefik_user", Paths: "ClientUsername", Optional: true,
		What:   "name of the user or the key that a middleware of Traefik accepted",
		Source: "https://doc.traefik.io/traefik/observe/logs-and-access-logs/"},
	{System: "envoy_client", Optional: true,
		What:   "name of the client whose key Envoy's api_key_auth accepted; the header is that of `forwarding`",
		Source: "https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/api_key_auth_filter"},
}
