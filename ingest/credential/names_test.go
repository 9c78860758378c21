package credential

import (
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestOrdinaryValues wants values that are no credentials to stay under names that call for one.
func TestOrdinaryValues(t *testing.T) {
	f := newTestFinder(t)
	for _, pair := range strings.Fields(`
		token=true token=null token=0 token=expired tokens=4096 max_tokens=1024 token_type=bearer
		token_count=42 tokenizer=bert-base-uncased token_symbol=USDC token_address=0xdAC17F958D2ee523a2206206994597C13D831ec7
		contract_token=0xdAC17F958D2ee523a2206206994597C13D831ec7 page_token=Q2xkSGFkYXRhMTIzNDU2Nzg5MA
		nextPageToken=CSLmB9oTw-7gE9ZXmSvJe2k1KBkkqzAIkeqD continuationToken=1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d
		syncToken=CPDAlvWDx70CEPDAlvWDx70CGAU cursor=eyJpZCI6MTIzNDU2Nzg5fQ key=SIGTERM key=cart:42:items key=created_at
		key=uploads/2f8a9c3de41f77aa0b15 key=images/2024/a1b2c3d4e5f6a7b8c9d0.png keyword=summer-dress keyboard=us
		key_feature=pool sort_key=name partition_key=user123 license_key=false secret=true secret_santa=2024
		secretary=bob password_policy=strict password_expired=false password=required reset_password=true has_password=1
		pwd=/home/bob/project passenger=2 passport_country=DE compass=north bypass=true pass=1 session=12
		session_type=web session_timeout=3600 sessions=12 session=2024-01-15T10:00:00Z session=CS101-F24 ticket=INC0012345
		ticket=PROJ-7485 auth=none auth_type=oauth2 authuser=1 author=jane-doe authority=local auth=AES256 apikey=missing
		api_key=none jwt=false bearer=false sig=none signature=v4 signature_version=s3v4 signin=true sign=leo signal=SIGTERM
		code=404 code=US state=CA state=open zipcode=94107 swift_code=DEUTDEFF coupon_code=FREESHIP country_code=DE
		verification_code=sent nonce=abc csrf=off hash=%23section-2 hash_algo=sha256 digest=sha-256 etag=W/"33a64df5"
		otp=false pin=off cookie=accepted cookies=enabled remember=1 grant_type=password response_type=token
		code_challenge_method=S256 id=9f86d081884c7d659a2feaa0c55ad015 utm_source=newsletter gclid=Cj0KCQ7UYrSZa4AfqM3Q2plVGR
		mkt_tok=eyJpIjoiTTJZek1XTmpaR1F5WlRVMCIsInQiOiJ4In0 _hsenc=p2ANqtz-9Kx3mZb5Qw7RtY1uIoP4aSdFgHjKl v=0348a54e
		_wpnonce=1a2b3c4d5e file_key=Ab1Cd2Ef3Gh4Ij5Kl6Mn7O idempotency_key=9b2f6c1e-0d3a-4f5b-8c7d-1e2f3a4b5c6d
		x_request_id=9b2f6c1e-0d3a-4f5b-8c7d-1e2f3a4b5c6d token=${TOKEN} token={token} password=%2A%2A%2A%2A
		api_key=YOUR_API_KEY token=[REDACTED] password=xxxxxxxx secret=REDACTED pod=api-7f9b8c6d5-x2x4z key_id=42
		public_token_name=web site_key=6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI`) {
		t.Run(pair, func(t *testing.T) {
			target := "/x?a=1&" + pair + "&b=2"
			if out, fs := redactField(f, record.KindTarget, "", target); out != target {
				t.Errorf("became %s: %s", out, fs[0].Reason)
			}
		})
	}
}

// TestSensitiveNames wants a token to go under every spelling of a sensitive name.
func TestSensitiveNames(t *testing.T) {
	f := newTestFinder(t)
	token := newSynth(7).of(alnum, 24)
	for _, n := range strings.Fields(`
		token Token TOKEN _token token_ token1 tokens[] tokens[0] user[token] user[auth][token] user.token x-token
		access_token accessToken AccessToken ACCESS_TOKEN access-token Access-Token accesstoken aCcEsS_tOkEn x[access_token]
		refresh_token id_token id_token_hint authToken auth_token_v2 my_app_refresh_token csrf_token XSRF-TOKEN
		authenticity_token job_token feed_token rss_token widget_token subject_token logout_token oauth_token
		oauth_verifier code_verifier client_assertion SAMLResponse samlart ticket tempauth hdnts hdnea hdntl __token__
		password passwd passw pass pwd pw user_password userPassword passwordConfirmation password_confirmation
		confirmPassword new_password password2 password_salt password_hash db_pass mysql_pwd pass_phrase passphrase kennwort
		secret client_secret clientSecret secret_key secretkey sEcReT_KeY app_secret sharedSecret secret_key_base
		payment_intent_client_secret api_key apikey apiKey ApiKey API-KEY api.key x-api-key X-API-Key dd-api-key app-key
		encrypted_key private_key privateKey access_key AWSAccessKeyId aws_secret_access_key accesskeyid consumer_key
		consumer_secret encryption_key license_key master_key subscription-key Ocp-Apim-Subscription-Key X-RapidAPI-Key
		session session_id sessionid sessionId SESSION_ID _session __session user_session PHPSESSID JSESSIONID
		ASP.NET_SessionId connect.sid fasthttpsessionid irissessionid sentrysid aiohttp_session sid sess mysession
		auth authorization authentication auth_key authkey bearer jwt _vercel_jwt credential credentials cred
		Signature signature sig X-Amz-Signature X-Goog-Signature X-Amz-Security-Token sign hmac wmsAuthSign
		otp otp_attempt totp mfa_code oobCode oob_code auth_code verification_code reset_code invite_code magic_code
		salt certificate symfony _csrf csrfmiddlewaretoken _xsrf code state hub.verify_token private_token PRIVATE-TOKEN
		data.attributes.password filter[token][eq] token[$eq] %74oken session%5Fid pin cvv ssn`) {
		t.Run(n, func(t *testing.T) {
			target := "/x?a=1&" + n + "=" + token + "&b=2"
			out, fs := redactField(f, record.KindTarget, "", target)
			if strings.Contains(out, token) || len(fs) != 1 {
				t.Errorf("%d findings", len(fs))
			}
		})
	}
}

// TestStems wants names that no row knows to be read by how their words begin and end: random values under them go, UUIDs stay.
func TestStems(t *testing.T) {
	f, s := newTestFinder(t), newSynth(81)
	uuid := "123e4567-e89b-42d3-a456-426614174000"
	for _, n := range strings.Fields(`sysauth pwauth authbasic verificationString activationid activationcode oinkcode license licence_data
		autologin autologin_code SHASIGN passworduidhash unsubkey optoutref magicref app_code`) {
		for _, value := range []string{s.of(alnum, 24), s.of(lowerHex, 40)} {
			if out, _ := redactField(f, record.KindTarget, "", "/x?a=1&"+n+"="+value); strings.Contains(out, value) {
				t.Errorf("%s was kept", n)
			}
		}
	}
	for _, pair := range strings.Fields(`sysauth=` + uuid + ` license=` + uuid + ` license=MIT sysauth=basic verificationString=pending
		author={S} authority={S} designref={S} assignee={S} signalref={S} campaign={S} geocode={S} trackingcode={S} unauthref={S} oauthref={S}
		page_licensing={S} license_id={S} tracking_activation={S}`) {
		target := "/x?a=1&" + strings.ReplaceAll(pair, "{S}", s.of(alnum, 24))
		if out, fs := redactField(f, record.KindTarget, "", target); out != target {
			t.Errorf("%s: %s", pair, fs[0].Reason)
		}
	}
}
