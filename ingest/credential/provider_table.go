package credential

// format is one provider's way of writing a credential: a prefix and a tail of one alphabet.
type format struct {
	prefix   string
	kind     string
	tail     uint8 // classes of the tail's bytes
	min, max int   // length of the tail, as issued
	flags    formatFlags
}

type formatFlags uint8

const (
	// fDistinct says that the prefix occurs nowhere else: a tail of minCut or more is taken for a token that was
	// cut, or that the provider has changed, with less confidence.
	fDistinct formatFlags = 1 << iota
	// fPublic says that the provider means it to be published.
	fPublic
	// fDots says that dots may stand within the tail.
	fDots
	// fCRC says that the last six of 36 characters are a checksum of the first 30 (checksum.go).
	fCRC
	// fB64 says that + / = may stand within the tail.
	fB64
	// fEquals says that = may stand within the tail.
	fEquals
)

// minCut is how much of a distinct format's tail must be there.
const minCut = 10

// formats are the providers' formats. The sources are the providers' own documents and their entries in GitHub's
// secret scanning patterns; where a provider documents only the prefix the lengths are what its tokens have and the
// prefix is distinct.
var formats = []format{
	// GitHub blog: "Behind GitHub's new authentication token formats".
	{"ghp_", "github_pat", cAlnum, 36, 36, fDistinct | fCRC},
	{"gho_", "github_oauth", cAlnum, 36, 36, fDistinct | fCRC},
	{"ghu_", "github_user", cAlnum, 36, 36, fDistinct | fCRC},
	{"ghs_", "github_app", cAlnum, 36, 255, fDistinct | fCRC},
	{"ghr_", "github_refresh", cAlnum, 36, 76, fDistinct | fCRC},
	{"github_pat_", "github_pat", cAlnum | cJoin, 82, 82, fDistinct},
	// GitLab docs: "Token overview", prefixes.
	{"glpat-", "gitlab_pat", cRun, 20, 300, fDistinct | fDots},
	{"gldt-", "gitlab_deploy", cRun, 20, 300, fDistinct | fDots},
	{"glrt-", "gitlab_runner", cRun, 20, 300, fDistinct | fDots},
	{"glrtr-", "gitlab_runner", cRun, 20, 300, fDistinct | fDots},
	{"glcbt-", "gitlab_job", cRun, 20, 300, fDistinct | fDots},
	{"glptt-", "gitlab_trigger", cRun, 20, 300, fDistinct | fDots},
	{"glft-", "gitlab_feed", cRun, 20, 300, fDistinct | fDots},
	{"glimt-", "gitlab_mail", cRun, 20, 300, fDistinct | fDots},
	{"glagent-", "gitlab_agent", cRun, 20, 300, fDistinct | fDots},
	{"gloas-", "gitlab_oauth", cRun, 20, 300, fDistinct | fDots},
	{"glsoat-", "gitlab_scim", cRun, 20, 300, fDistinct | fDots},
	{"glffct-", "gitlab_flags", cRun, 20, 300, fDistinct | fDots},
	{"GR1348941", "gitlab_runner", cRun, 20, 20, 0},
	// npm blog: "npm access tokens", the same checksum as GitHub's.
	{"npm_", "npm_token", cAlnum, 36, 36, fDistinct | fCRC},
	{"pypi-AgE", "pypi_token", cRun, 50, 1000, fDistinct},
	{"rubygems_", "rubygems_key", cHex, 48, 48, fDistinct},
	{"CLOJARS_", "clojars_token", cAlnum, 60, 60, fDistinct},
	{"dckr_pat_", "docker_pat", cRun, 27, 32, fDistinct},
	{"dckr_oat_", "docker_oat", cRun, 27, 64, fDistinct},
	// Slack docs: "Token types".
	{"xoxb-", "slack_bot", cRun, 20, 250, fDistinct},
	{"xoxp-", "slack_user", cRun, 20, 250, fDistinct},
	{"xoxa-", "slack_app", cRun, 20, 250, fDistinct},
	{"xoxr-", "slack_refresh", cRun, 20, 250, fDistinct},
	{"xoxs-", "slack_session", cRun, 20, 250, fDistinct},
	{"xoxo-", "slack_legacy", cRun, 20, 250, fDistinct},
	{"xoxc-", "slack_session", cRun, 20, 250, fDistinct},
	{"xoxd-", "slack_cookie", cRun, 20, 500, fDistinct | fB64},
	{"xoxe-", "slack_refresh", cRun, 20, 250, fDistinct},
	{"xoxe.xox", "slack_refresh", cRun, 20, 250, fDistinct},
	{"xapp-", "slack_app", cRun, 20, 250, fDistinct},
	{"xwfp-", "slack_workflow", cRun, 20, 250, fDistinct},
	// Stripe docs: "API keys". Publishable keys may be in clients.
	{"sk_live_", "stripe_key", cAlnum, 10, 250, fDistinct},
	{"sk_test_", "stripe_test_key", cAlnum, 10, 250, fDistinct},
	{"rk_live_", "stripe_restricted", cAlnum, 10, 250, fDistinct},
	{"rk_test_", "stripe_test_key", cAlnum, 10, 250, fDistinct},
	{"pk_live_", "stripe_publishable", cAlnum, 10, 250, fDistinct | fPublic},
	{"pk_test_", "stripe_publishable", cAlnum, 10, 250, fDistinct | fPublic},
	{"whsec_", "webhook_secret", cRun, 24, 100, fDistinct | fEquals},
	// AWS docs: "IAM identifiers", unique ID prefixes; the tail is base32.
	{"AKIA", "aws_access_key_id", cUpper | cDigit, 16, 16, 0},
	{"ASIA", "aws_access_key_id", cUpper | cDigit, 16, 16, 0},
	{"ABIA", "aws_access_key_id", cUpper | cDigit, 16, 16, 0},
	{"ACCA", "aws_access_key_id", cUpper | cDigit, 16, 16, 0},
	{"ABSK", "aws_bedrock_key", cAlnum, 100, 270, fB64},
	{"bedrock-api-key-", "aws_bedrock_key", cRun, 20, 2000, fDistinct | fB64},
	// Google Cloud docs: API keys; OAuth access and refresh tokens, client secrets.
	{"AIza", "google_api_key", cRun, 35, 35, 0},
	{"AQ.Ab8RN6", "google_api_key", cRun, 40, 50, fDistinct},
	{"ya29.", "google_oauth", cRun, 20, 2048, fDistinct | fDots},
	{"1//0", "google_refresh", cRun, 40, 250, 0},
	{"GOCSPX-", "google_client_secret", cRun, 28, 28, fDistinct},
	// OpenAI, Anthropic and others of their field.
	{"sk-proj-", "openai_key", cRun, 40, 250, fDistinct},
	{"sk-svcacct-", "openai_key", cRun, 40, 250, fDistinct},
	{"sk-admin-", "openai_key", cRun, 40, 250, fDistinct},
	{"sk-None-", "openai_key", cRun, 40, 250, fDistinct},
	{"sk-ant-", "anthropic_key", cRun, 80, 130, fDistinct},
	{"sk-or-v1-", "openrouter_key", cHex, 64, 64, fDistinct},
	{"sk-", "openai_key", cAlnum, 32, 64, 0},
	{"hf_", "huggingface_token", cAlnum, 34, 40, 0},
	{"api_org_", "huggingface_token", cAlnum, 34, 40, fDistinct},
	{"gsk_", "groq_key", cAlnum, 48, 60, 0},
	{"xai-", "xai_key", cAlnum, 70, 90, 0},
	{"pplx-", "perplexity_key", cAlnum, 40, 60, fDistinct},
	{"r8_", "replicate_token", cAlnum, 37, 40, 0},
	{"tvly-", "tavily_key", cRun, 20, 60, fDistinct},
	{"nvapi-", "nvidia_key", cRun, 60, 80, fDistinct},
	{"lsv2_", "langsmith_key", cRun, 30, 60, fDistinct},
	// Messaging.
	{"SG.", "sendgrid_key", cRun, 66, 69, fDots},
	{"key-", "mailgun_key", cHex, 32, 32, 0},
	{"pubkey-", "mailgun_public_key", cHex, 32, 32, fPublic},
	{"xkeysib-", "brevo_key", cRun, 70, 90, fDistinct},
	{"xsmtpsib-", "brevo_key", cRun, 70, 90, fDistinct},
	{"re_", "resend_key", cRun, 32, 40, 0},
	{"SK", "twilio_key", cHex, 32, 32, 0},
	{"EAAC", "facebook_token", cAlnum, 60, 400, 0},
	{"EAAG", "facebook_token", cAlnum, 60, 400, 0},
	{"EAAM", "facebook_token", cAlnum, 60, 400, 0},
	{"EAAB", "facebook_token", cAlnum, 60, 400, 0},
	{"EAAA", "square_token", cRun, 56, 64, 0},
	{"sq0atp-", "square_token", cRun, 22, 22, fDistinct},
	{"sq0csp-", "square_secret", cRun, 43, 43, fDistinct},
	{"sq0idp-", "square_app_id", cRun, 22, 22, fDistinct | fPublic},
	{"mfa.", "discord_mfa", cRun, 84, 95, 0},
	{"IGQV", "instagram_token", cRun, 100, 300, 0},
	{"AAAAAAAAAAAAAAAAAAAAA", "twitter_bearer", cAlnum, 60, 120, fB64},
	// Shops and payment.
	{"shpat_", "shopify_token", cHex, 32, 32, fDistinct},
	{"shpca_", "shopify_token", cHex, 32, 32, fDistinct},
	{"shppa_", "shopify_token", cHex, 32, 32, fDistinct},
	{"shpss_", "shopify_secret", cHex, 32, 32, fDistinct},
	{"shpua_", "shopify_token", cHex, 32, 32, fDistinct},
	{"FLWSECK", "flutterwave_secret", cRun, 20, 60, fDistinct},
	{"FLWPUBK", "flutterwave_public", cRun, 20, 60, fDistinct | fPublic},
	{"EZAK", "easypost_key", cRun, 54, 54, 0},
	{"EZTK", "easypost_key", cRun, 54, 54, 0},
	{"shippo_live_", "shippo_key", cHex, 40, 40, fDistinct},
	{"shippo_test_", "shippo_key", cHex, 40, 40, fDistinct},
	{"duffel_", "duffel_token", cRun, 48, 52, 0},
	{"access_token$production$", "braintree_token", cAlnum | cJoin, 30, 60, fDistinct},
	{"amzn.mws.", "amazon_mws", cRun, 36, 36, fDistinct},
	{"Atza|", "amazon_token", cRun, 60, 2000, fDistinct},
	{"Atzr|", "amazon_refresh", cRun, 60, 2000, fDistinct},
	// Clouds, hosting, observability.
	{"dop_v1_", "digitalocean_pat", cHex, 64, 64, fDistinct},
	{"doo_v1_", "digitalocean_oauth", cHex, 64, 64, fDistinct},
	{"dor_v1_", "digitalocean_refresh", cHex, 64, 64, fDistinct},
	{"LTAI", "alibaba_key_id", cAlnum, 20, 20, 0},
	{"HRKU-", "heroku_key", cRun, 36, 64, fDistinct},
	{"tskey-", "tailscale_key", cRun, 20, 80, fDistinct},
	{"nfp_", "netlify_token", cAlnum, 36, 40, 0},
	{"vcp_", "vercel_token", cAlnum, 24, 60, 0},
	{"rnd_", "render_key", cAlnum, 28, 40, 0},
	{"FlyV1 ", "fly_token", cRun, 80, 1000, fB64},
	{"fm2_", "fly_token", cRun, 80, 1000, fB64},
	{"fo1_", "fly_token", cRun, 43, 43, 0},
	{"pscale_tkn_", "planetscale_token", cRun, 32, 64, fDistinct | fDots},
	{"pscale_pw_", "planetscale_password", cRun, 32, 64, fDistinct | fDots},
	{"pscale_oauth_", "planetscale_oauth", cRun, 32, 64, fDistinct | fDots},
	{"sbp_", "supabase_token", cHex, 40, 40, 0},
	{"sb_secret_", "supabase_secret", cRun, 20, 60, fDistinct},
	{"sb_publishable_", "supabase_publishable", cRun, 20, 60, fDistinct | fPublic},
	{"pul-", "pulumi_token", cHex, 40, 40, 0},
	{"dt0c01.", "dynatrace_token", cAlnum, 80, 95, fDistinct | fDots},
	{"dt0s", "dynatrace_token", cAlnum, 75, 100, fDots},
	{"glsa_", "grafana_token", cAlnum | cJoin, 41, 41, fDistinct},
	{"glc_", "grafana_cloud", cAlnum, 32, 400, fB64},
	{"NRAK-", "newrelic_key", cAlnum, 27, 27, fDistinct},
	{"NRII-", "newrelic_insert", cRun, 32, 32, fDistinct},
	{"NRJS-", "newrelic_browser", cHex, 19, 19, fDistinct | fPublic},
	{"sntrys_", "sentry_token", cAlnum | cJoin, 60, 400, fDistinct | fB64},
	{"sntryu_", "sentry_token", cHex, 64, 64, fDistinct},
	{"phx_", "posthog_key", cAlnum, 43, 60, 0},
	{"phc_", "posthog_project", cAlnum, 43, 60, fPublic},
	{"dapi", "databricks_token", cHex, 32, 34, 0},
	{"hvs.", "vault_token", cRun, 24, 250, fDistinct},
	{"hvb.", "vault_token", cRun, 24, 400, fDistinct},
	{"hvr.", "vault_token", cRun, 24, 400, fDistinct},
	{"s.", "vault_token", cAlnum, 24, 24, 0},
	{"dp.pt.", "doppler_token", cAlnum, 40, 44, fDistinct},
	{"dp.st.", "doppler_token", cRun, 40, 64, fDistinct | fDots},
	{"dp.ct.", "doppler_token", cAlnum, 40, 44, fDistinct},
	{"dp.sa.", "doppler_token", cAlnum, 40, 44, fDistinct},
	{"dp.scim.", "doppler_token", cAlnum, 40, 44, fDistinct},
	{"dp.audit.", "doppler_token", cAlnum, 40, 44, fDistinct},
	{"sl.", "dropbox_token", cRun, 130, 1400, 0},
	{"y0_", "yandex_oauth", cRun, 50, 60, 0},
	{"AQVN", "yandex_key", cRun, 35, 40, 0},
	{"t1.", "yandex_iam", cRun, 86, 400, fDots},
	{"SCW", "scaleway_key_id", cUpper | cDigit, 17, 17, 0},
	{"ops_eyJ", "onepassword_token", cRun, 200, 1500, fDistinct},
	{"AGE-SECRET-KEY-1", "age_key", cUpper | cDigit, 58, 58, fDistinct},
	{"gAAAAAB", "fernet", cRun, 80, 4000, fEquals},
	// Developer tools and offices.
	{"ATATT3", "atlassian_token", cRun, 180, 260, fDistinct | fEquals},
	{"ATCTT3", "atlassian_token", cRun, 180, 260, fDistinct | fEquals},
	{"ATBB", "bitbucket_password", cAlnum, 32, 32, 0},
	{"BBDC-", "bitbucket_token", cAlnum, 44, 44, fB64},
	{"PMAK-", "postman_key", cHex | cJoin, 59, 59, fDistinct},
	{"PMAT-", "postman_token", cAlnum, 26, 26, fDistinct},
	{"lin_api_", "linear_key", cAlnum, 40, 40, fDistinct},
	{"lin_oauth_", "linear_token", cAlnum, 40, 64, fDistinct},
	{"ntn_", "notion_token", cAlnum, 40, 50, 0},
	{"secret_", "notion_token", cAlnum, 43, 43, 0},
	{"figd_", "figma_token", cRun, 40, 50, fDistinct},
	{"figu_", "figma_token", cRun, 40, 50, 0},
	{"figo", "figma_oauth", cRun, 40, 50, 0},
	{"tfp_", "typeform_token", cRun, 40, 64, 0},
	{"squ_", "sonar_token", cHex, 40, 40, 0},
	{"sqp_", "sonar_token", cHex, 40, 40, 0},
	{"sqa_", "sonar_token", cHex, 40, 40, 0},
	{"sgp_", "sourcegraph_token", cHex | cJoin, 40, 60, 0},
	{"rdme_", "readme_key", cAlnum, 70, 70, 0},
	{"CFPAT-", "contentful_token", cRun, 43, 43, fDistinct},
	{"cmVmd", "artifactory_token", cAlnum, 59, 59, 0},
	{"AKCp", "artifactory_key", cAlnum, 69, 69, 0},
	{"bkua_", "buildkite_token", cHex, 40, 40, fDistinct},
	{"CCIPAT_", "circleci_token", cRun, 40, 80, fDistinct},
	{"pat-na1-", "hubspot_token", cHex | cJoin, 36, 36, fDistinct},
	{"pat-eu1-", "hubspot_token", cHex | cJoin, 36, 36, fDistinct},
	{"pat-ap1-", "hubspot_token", cHex | cJoin, 36, 36, fDistinct},
	{"apify_api_", "apify_token", cAlnum, 36, 40, fDistinct},
	{"ory_st_", "ory_session", cAlnum, 20, 64, fDistinct},
	{"ory_pat_", "ory_pat", cAlnum, 20, 64, fDistinct},
	{"ory_at_", "ory_token", cRun, 40, 100, fDistinct | fDots},
	{"ory_rt_", "ory_token", cRun, 40, 100, fDistinct | fDots},
	{"mdb_sa_sk_", "mongodb_secret", cRun, 30, 60, fDistinct},
	{"twk1_", "tokenwarden_key", cRun, 43, 43, fDistinct},
}
