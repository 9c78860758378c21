package names

// rows is the one table of names: grade, kind and source of each.
//
// Together the rows cover the default lists of these, name by name in TestNamesCoverDefaults, with the source of each list:
// OpenTelemetry's semantic conventions, Sentry (the Python SDK, Relay, the server), Rails, GitLab, the Datadog tracers and App and
// API Protection, the Elastic APM and New Relic agents, Honeybadger, Bugsnag, Rollbar, Django, Spring Boot, Laravel and Symfony;
// 2026-11-23 to 2026-11-25: "default lists" below. "Corpus" are words of other languages and of single products in corpora whose
// authors had not seen the table; 2026-11-25.
//
// Left out as personal data, payment data or content: email, user names, IP addresses, card numbers, bodies, descriptions,
// titles; and addresses, whose userinfo and webhook paths are found by format. Options.Names can add them. A public key is
// meant to be published.
var rows = append(append(append([]row{}, certainRows...), nameRows...), append(productNameRows, cookieRows...)...)

// certainRows are names whose value is a credential whatever it looks like: a word, a number, three letters.
var certainRows = []row{
	{grade: Certain, kind: "password", words: `password passwrd passwd passwort kennwort contrasena senha motdepasse wachtwoord losenord
		salasana heslo jelszo adgangskode kodeord passphrase loginpassword userpassword mysqlpwd`, source: "default lists; corpus"},
	{grade: Certain, kind: "password", words: `userpass dbpass apipass adminpass rootpass mypass smtppass ftppass mailpass wifipass sshpass
		proxypass keypass loginpass loginpas authpass mqttpass redispass storepass rootpw bindpw adminpw`, source: "default lists; corpus"},
	{grade: Certain, kind: "password", match: whole, words: `пароль Пароль ПАРОЛЬ 密码 密碼 口令 パスワード 비밀번호 סיסמה كلمة_المرور รหัสผ่าน
		κωδικός`, source: "Russian, Chinese (simplified, traditional), Japanese (two), Korean, Hebrew, Arabic, Thai, Greek; corpus"},
	{grade: Certain, kind: "secret", words: `secret clientsecret sharedsecret`, source: "default lists; RFC 6749 section 2.3.1"},
	{grade: Certain, kind: "password", match: pair, before: `pass`, words: `word`, source: "spellings: pass_word, Pass-Word; 2026-12-01"},
	{grade: Certain, kind: "secret", match: pair, before: `secret`, words: `string binary`,
		source: "AWS Secrets Manager, GetSecretValue (SecretString, SecretBinary); 2026-12-01"},
	{grade: Certain, kind: "password", match: pair, before: `security`, words: `answer`, source: "forms of accounts; 2026-12-01"},
	{grade: Certain, kind: "token", match: alone, words: `token`, source: "default lists"},
	{grade: Certain, kind: "token", words: `accesstoken refreshtoken idtoken authtoken apitoken privatetoken bearertoken sessiontoken
		oauthtoken accesstok`, source: "default lists; RFC 6749, RFC 6750, OpenID Connect Core"},
	{grade: Certain, kind: "token", match: pair, before: `access refresh id auth authorization authentication api private
		bearer session oauth`, words: `token`,
		source: "default lists; RFC 6749, RFC 6750, OpenID Connect Core; GitLab (private_token)"},
	{grade: Certain, kind: "token", match: pair, before: `auth`, words: `bearer jwt`, source: "headers of APIs; corpus"},
	{grade: Certain, kind: "auth", words: `authorization proxyauthorization authorisation`, source: "RFC 9110 section 11"},
	{grade: Certain, kind: "api_key", words: `apikey xapikey apisecret secretkey privatekey authkey subscriptionkey privkey`,
		source: "default lists; Azure API Management (Ocp-Apim-Subscription-Key)"},
	{grade: Certain, kind: "api_key", match: pair, before: `api secret private auth authentication subscription rapidapi`, words: `key`,
		source: "default lists; RapidAPI (X-RapidAPI-Key)"},
	{grade: Certain, kind: "session", words: `jsessionid phpsessid`, source: "Jakarta Servlet, PHP"},
	{grade: Certain, kind: "otp", words: `otp otpcode otpattempt onetimepassword`, source: "default lists; Devise (otp_attempt)"},
	{grade: Chosen, kind: "session", match: alone, words: `sid`, isResource: true, source: "default lists"},
	{grade: Chosen, kind: "password", words: `pass passw pw pword pwd psw pswd passwords mdp parola parole parol clave passe sifre haslo psk
		mnemonic`, source: "default lists; corpus: abbreviations and words with other meanings"},
	{grade: Chosen, kind: "secret", words: `secrets`, source: "default lists"},
}

// nameRows are names that may mean a credential, and those that mean none.
var nameRows = []row{
	{grade: Strong, kind: "secret", words: `salt crypt`, source: "Rails"},
	{grade: Strong, kind: "secret", match: pair, before: `secret`, words: `id ids`, source: "HashiCorp Vault, AppRole (secret_id)"},
	{grade: Strong, kind: "secret", match: pair, before: `connection`, words: `string`, source: "ADO.NET (connectionString)"},
	{grade: Strong, kind: "secret", match: pair, before: `origin`, words: `verify`,
		source: "AWS, restricting an origin to CloudFront (X-Origin-Verify)"},
	{grade: Strong, kind: "token", words: `token tokens bearer bearers tkn toks jwt jws jwe ticket tickets tempauth hdnts hdnea hdntl gda
		assertion samlresponse samlart verifier dpop macaroon accessgrant`, source: "default lists; corpus"},
	{grade: Strong, kind: "token", match: pair, before: `saml`, words: `response art`, source: "SAML 2.0 Bindings sections 3.5 and 3.6"},
	{grade: Strong, kind: "token", match: pair, before: `protection`, words: `bypass`, source: "Vercel (x-vercel-protection-bypass)"},
	{grade: Strong, kind: "jwt", match: pair, before: `oidc`, words: `data`, source: "AWS Application Load Balancer (X-Amzn-Oidc-Data)"},
	{grade: Strong, kind: "auth", words: `auth auths authentication authenticator authn authcookie aspxauth xauth userauth authz`,
		source: "default lists; ASP.NET"},
	{grade: Strong, kind: "credential", words: `credential credentials cred creds`, source: "default lists"},
	{grade: Strong, kind: "session", words: `session sessions sessionid sessid sessionkey aspsessionid mysession usersession sentrysid
		sessiondata cftoken sesskey dsid webvpn zenid oscsid xtcsid mysapsso2 stok cpsess svpncookie tgc tgt castgc pgt cakephp estsauth
		estsauthlight estsauthpersistent iplanetdirectorypro msisauthenticated bbsessionhash sessauth rtfa fedauth 1psid 3psid 1psidts
		3psidts 1papisid 3papisid`, source: "default lists; corpus: cookies of products"},
	{grade: Strong, kind: "session", match: pair, before: `session sess pgt`, words: `id ids`, source: "default lists; CAS (pgtId)"},
	{grade: Strong, kind: "session", match: pair, before: `nsc`, words: `aaac`, source: "Citrix NetScaler Gateway (NSC_AAAC)"},
	{grade: Strong, kind: "api_key", words: `apikeys accesskey appkey masterkey encryptionkey signingkey consumerkey clientkey userkey
		sharedkey
		servicekey accountkey storagekey licensekey licencekey devkey developerkey adminkey serverkey integrationkey writekey deploykey
		applicationkey aeskey signkey md5key rsakey deskey`, source: "default lists; corpus"},
	{grade: Strong, kind: "api_key", match: pair, before: `api secret private auth authentication subscription rapidapi`, words: `keys`,
		source: "default lists"},
	{grade: Strong, kind: "api_key", match: pair, before: `access authorization app application account client consumer license licence
		master signing sign signature ssh session shared service admin write server storage root crypt crypto encryption encrypt decrypt
		decryption encrypted aes rsa ec pgp gpg hmac webhook integration developer dev user merchant security token jwt bearer deploy
		deployment functions function host system ingest ingestion insert license web stream streaming rest partner vendor reseller agent
		data instrumentation recovery wep wpa psk preshared otp mfa totp activation product serial pass bot`, words: `key keys`,
		source: "by hand, 2026-11-23"},
	{grade: Strong, kind: "api_key", match: pair, before: `art`, words: `api`, source: "JFrog Artifactory (X-JFrog-Art-Api)"},
	{grade: Code, kind: "otp", words: `otps totp hotp otc mfa 2fa tfa twofactor onetimecode authcode passcode passkey pin pins
		pincode cvv cvv2 cvc
		cvc2 ssn oobcode securitycode verificationcode confirmationcode backupcode recoverycode twofactorcode accesscode`,
		source: "default lists; corpus"},
	{grade: Code, kind: "code", match: pair, before: oneTimeWords, words: `code codes`,
		source: "by hand, 2026-11-23; RFC 6749 (authorization code)"},

	{grade: Weak, kind: "token", words: `tk preauth api access sas mac pat share slt bypass state nonce samlrequest relaystate invite
		invitation tok grant`, source: "default lists; corpus"},
	{grade: Weak, kind: "token", match: alone, words: `reset verify confirm confirmation activate activation recover recovery magic
		magiclink sso unlock ott`, source: "links in mails; corpus"},
	{grade: Weak, kind: "token", match: pair, before: oneTimeWords, words: `hash`, source: "links in mails; corpus"},
	{grade: Weak, kind: "token", match: glued, words: `ticket tkn sso`, source: "corpus"},
	{grade: Weak, kind: "code", match: alone, words: `code codes`, source: "RFC 6749"},
	{grade: Weak, kind: "api_key", words: `key keys`, source: "default lists"},
	{grade: Weak, kind: "api_key", match: glued, words: `key`, source: "corpus"},
	{grade: Weak, kind: "api_key", match: pair, isResource: true, before: `org organization organisation community tenant project team
		workspace`, words: `key keys`, source: "resources of multi-tenant APIs, 2026-12-01"},
	{grade: Weak, kind: "app_id", words: `appid`, source: "OpenWeather, Wolfram Alpha, Yahoo"},
	{grade: Weak, kind: "app_id", match: pair, before: `app`, words: `id`, source: "Open Exchange Rates"},
	{grade: Weak, kind: "api_key", match: pair, before: `api`, words: `id`, source: "SMS.RU (api_id), a UUID"},
	{grade: Weak, kind: "signature", words: `upsig vkey signature signatures sig sign signed hmac hashsig signaturev2`,
		source: "default lists; corpus"},
	{grade: Weak, kind: "signature", match: pair, before: `signed sig`, words: `request`,
		source: "Facebook Login (signed_request), Duo Web SDK 2 (sig_request)"},
	{grade: Weak, kind: "session", words: `sid sess suid sudo su symfony cookie cookies setcookie login logged remember rememberme cfid ssid
		hsid sapisid apisid xs clearance`, source: "default lists; corpus"},
	{grade: Weak, kind: "session", match: glued, words: `sid soid`, source: "corpus"},
	{grade: Weak, kind: "csrf", words: `csrf xsrf csrftoken xsrftoken xcsrftoken csrfmiddlewaretoken fastcsrf authenticitytoken
		requestverificationtoken antiforgery`, source: "default lists; form fields of web frameworks"},
	{grade: Weak, kind: "csrf", match: pair, before: `owa`, words: `canary`, source: "Microsoft Exchange (X-OWA-CANARY)"},
	{grade: Weak, kind: "password", match: glued, words: `pw`, source: "corpus"},
	{grade: Weak, kind: "certificate", words: `certificate cert certs`, source: "Rails, GitLab"},
	{grade: Weak, kind: "key_id", words: `accesskeyid awsaccesskeyid consumerid keyid`, source: "AWS; Datadog"},
	{grade: Weak, kind: "key_id", match: pair, before: `key token consumer`, words: `id ids`, source: "default lists"},

	{grade: Weak, kind: "token", match: stem, isResource: true, words: `auth verif activat licens licenc magic unsub optout login`,
		source: "names of links in mails, licence servers and consoles; 2026-12-01"},
	{grade: Weak, kind: "signature", match: stem, isResource: true, words: `sign`, source: "names of payment providers; 2026-12-01"},
	{grade: Weak, kind: "password", match: stem, isResource: true, words: `password passwd`, source: "2026-12-01"},
	{grade: Weak, kind: "code", match: stem, isResource: true, words: `code`, source: "names of one-time codes; 2026-12-01"},
	{grade: Weak, kind: "code", match: pair, before: `app js`, words: `code`,
		source: "HERE (app_code), WeChat (js_code), Amap (securityJsCode)"},
	{grade: Weak, kind: "token", match: pair, before: `user reg verif`, words: `hash`,
		source: "Intercom (user_hash), amoCRM (USER_HASH), TYPO3 sr_feuser_register (regHash), Flutterwave (verif-hash)"},

	{grade: Weak, kind: "session", match: whole, words: `nsp`, source: "Nagios XI, beside each call of its pages; 2026-12-01"},
	{grade: Weak, kind: "signature", match: whole, words: `P4`, source: "Microsoft Delivery Optimization, behind P1 to P3; 2026-12-01"},
	{grade: None, match: whole, words: `ctoken`, source: "YouTube: the continuation of a list"},
	{grade: None, match: pair, before: plainKeyWords, words: `key keys`, source: "by hand, 2026-11-23"},
	{grade: None, match: pair, before: `boarding season day ski lift bus travel game battle guest visitor event`, words: `pass`,
		source: "tickets; corpus"},
	{grade: None, match: pair, before: `hash hit miss cache test tests check checks fail rule filter total spf dkim dmarc`, words: `pass`,
		source: "what passed, of which programs write the number: hash_pass of Varnish; 2026-12-01"},
}

// oneTimeWords before "code" name a one-time code, before "hash" a link's token.
const oneTimeWords = `auth authorization oauth oob verification verify confirmation confirm invite invitation reset
	activation activate access security login signin mfa 2fa tfa backup recovery magic otp sms email passwordless device
	pairing link unlock totp pin two factor one time onetime secret pass session exchange`

// plainKeyWords before "key" name an ordinary thing.
const plainKeyWords = `public publishable pub site sort partition primary foreign routing cache idempotency
	idempotence object composite row hash range start end last next prev first issue translation i18n locale lang map
	group item key field column dedupe dedup hot short cut keyboard feature config setting settings property enum
	attribute websocket socket tag label menu tab arrow message event index s3 file image blob storageobject
	order search filter lookup evaluated metric series template resource`
