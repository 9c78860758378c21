package credential

import (
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// defaultNames are the names whose values other programs redact without being told to. A name that they match within or
// at the end of a longer one is there by itself and, in TestNamesCoverDefaults, within longer ones.
var defaultNames = []struct{ source, names string }{
	{"OpenTelemetry semantic conventions, url.query and url.full; Application Insights SDK", "AWSAccessKeyId Signature sig X-Goog-Signature X-Amz-Signature X-Amz-Credential X-Amz-Security-Token"},
	{"sentry-python, sentry_sdk/scrubber.py, DEFAULT_DENYLIST", `password passwd secret api_key apikey auth credentials mysql_pwd
		privatekey private_key token session csrftoken sessionid x_csrftoken set_cookie cookie authorization
		proxy-authorization x_api_key aiohttp_session connect.sid csrf_token csrf _csrf _csrf_token PHPSESSID _session
		symfony user_session _xsrf XSRF-TOKEN`},
	{"Sentry docs, server-side data scrubbing; relay-pii, @password", `password secret passwd api_key apikey access_token auth
		credentials mysql_pwd stripetoken github_token privatekey private_key token bearer session`},
	{"relay-pii, src/convert.rs, SENSITIVE_COOKIES", `sentrysid sudo su session __session sessionid user_session symfony
		phpsessid fasthttpsessionid irissessionid aiohttp_session connect.sid _vercel_jwt fastcsrf _iris_csrf _csrf csrf
		csrf_token csrftoken _csrf_token _xsrf XSRF-TOKEN`},
	{"Rails generators, filter_parameter_logging.rb", "passw secret token _key crypt salt certificate otp ssn cvv cvc"},
	{"GitLab, config/application.rb, filter_parameters", `token password secret key private_token encrypted_key certificate otp_attempt
		sharedSecret`},
	{"Datadog tracers, DD_TRACE_OBFUSCATION_QUERY_STRING_REGEXP", `pwd password passwd pword old_password new-password oldpwd
		newpassword password1 password2 pwd2 pass pass_phrase pass-phrase passphrase secret api_key apikey api-key private_key
		private-key privatekey access_key accesskey access-key secret_key secretkey secret-key app_key appkey application_key
		applicationkey application-key api_key_id private_key_id access_key_id secret_key_id app_key_id application_key_id
		token consumer_id consumerid consumer_key consumer-key consumer_secret consumersecret sign signed signature auth
		authentication authorization`},
	{"Datadog App and API Protection, DD_APPSEC_OBFUSCATION_PARAMETER_KEY_REGEXP", `pass pwd pword secret api_key private-key access_key
		token consumer_id consumer_secret sign signed signature bearer authorization jsessionid phpsessid asp.net_sessionid
		asp.net-sessionid sid jwt`},
	{"Elastic APM agents, sanitize_field_names", `password passwd pwd secret key api-key token x-token-id session session_id auth
		x-auth authorization set-cookie`},
	{"New Relic agents, newrelic.js, attributes.exclude", `cookie authorization proxyAuthorization proxy-authorization setCookie
		x-api-key x-auth-token`},
	{"Honeybadger docs, filtering sensitive data", "password password_confirmation CSRF_COOKIE HTTP_AUTHORIZATION"},
	{"Bugsnag notifiers, redacted_keys and metadata filters", `Authorization Cookie password secret warden.user.user.key Set-Cookie
		php-auth-user php-auth-pw php-auth-digest rack.session`},
	{"Rollbar, pyrollbar and rollbar-php, scrub_fields", `pw passwd password secret confirm_password confirmPassword
		password_confirmation passwordConfirmation access_token accessToken auth authentication authorization auth_token
		secret_token csrf_token`},
	{"Django, SafeExceptionReporterFilter.hidden_settings", "API AUTH TOKEN KEY SECRET PASS SIGNATURE HTTP_COOKIE api_key auth_code"},
	{"Spring Boot 2 actuator, Sanitizer", "password secret key token credentials my_credentials_file"},
	{"Laravel, Exceptions/Handler.php dontFlash; Telescope, hidden parameters and headers", `current_password password
		password_confirmation _token authorization php-auth-pw cookie x-csrf-token x-xsrf-token`},
	{"Symfony, RequestDataCollector and login forms", "_password PHP_AUTH_PW php-auth-pw _csrf_token"},
}

// notCredentials are the names on those lists under which no credential stands, each with its reason.
var notCredentials = map[string]string{
	"email x_forwarded_for x_real_ip ip_address remote_addr principal": "personal data: who and where, not a proof",
	"card[number] credit_card card_number":                             "payment data",
	"public_key":                                                       "meant to be published",
	"body description note text title query trace variables content question answer vcap_services sun.java.command": "content: what credentials stand in it are found by their own names and formats",
	"import_url elasticsearch_url sentry_dsn hook redirect":                                                         "addresses: their userinfo and webhook paths are found by format",
}

// TestNamesCoverDefaults wants a token to go under every name that others redact by default, alone and within longer
// names, in a query, in a header and in a cookie, and what is no credential to stay.
func TestNamesCoverDefaults(t *testing.T) {
	f := newTestFinder(t)
	token := newSynth(8).of(alnum, 24)
	for _, list := range defaultNames {
		for _, n := range strings.Fields(list.names) {
			t.Run(list.source+"/"+n, func(t *testing.T) {
				for _, name := range []string{n, "user_" + n, "x-" + n, strings.ToUpper(n)} {
					for _, p := range []planted{
						{kind: record.KindTarget, text: "/x?a=1&" + name + "=" + token + "&b=2"},
						{kind: record.KindHeader, name: name, text: token},
						{kind: record.KindCookies, text: "lang=en; " + name + "=" + token},
					} {
						if out, _ := redactField(f, p.kind, p.name, p.text); strings.Contains(out, token) {
							t.Errorf("a token stays under %s in kind %d", name, p.kind)
						}
					}
				}
			})
		}
	}
	for names, why := range notCredentials {
		for _, n := range strings.Fields(names) {
			t.Run("not a credential/"+n, func(t *testing.T) {
				text := "/x?" + n + "=" + token
				if out, _ := redactField(f, record.KindTarget, "", text); out != text {
					t.Errorf("redacted, but is %s", why)
				}
			})
		}
	}
	for _, n := range []string{"import_url", "elasticsearch_url", "sentry_dsn", "redirect", "hook"} {
		t.Run("userinfo/"+n, func(t *testing.T) {
			text := "/x?" + n + "=" + credentialtest.Percent("https://bob:"+token+"@a.example/x")
			if out, _ := redactField(f, record.KindTarget, "", text); strings.Contains(out, token) {
				t.Error("a password stays")
			}
		})
	}
}
