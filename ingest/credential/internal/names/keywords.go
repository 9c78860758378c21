package names

import (
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// The tables of names. Together they cover the default lists of these, name by name in TestNamesCoverDefaults, with the
// source of each list: OpenTelemetry's semantic conventions, Sentry (the Python SDK, Relay, the server), Rails, GitLab, the
// Datadog tracers and App and API Protection, the Elastic APM and New Relic agents, Honeybadger, Bugsnag, Rollbar, Django,
// Spring Boot, Laravel and Symfony; 2026-11-23 to 2026-11-25, the words of other languages and of single products from blind
// corpora.
//
// Left out as personal data, payment data or content: email, user names, IP addresses, card numbers, bodies, descriptions,
// titles; and addresses, whose userinfo and webhook paths are found by format. Options.Names can add them. A public key is
// meant to be published.

// keywords are sensitive words, as a head or anywhere in a name.
var keywords = expand(
	keywordSet{Password, "password", `password passwords pw pword passwrd passwd passw pass pwd psw pswd passphrase passwort kennwort
		contrasena senha motdepasse mdp parola wachtwoord haslo losenord salasana parole mysqlpwd userpass dbpass
		loginpassword userpassword psk mnemonic clave passe parol rootpw bindpw
		adminpw loginpas
		heslo jelszo sifre adgangskode kodeord apipass adminpass rootpass mypass smtppass ftppass mailpass wifipass
		sshpass proxypass keypass loginpass authpass mqttpass redispass`},
	keywordSet{Password, "secret", `secret secrets clientsecret sharedsecret`},
	keywordSet{Strong, "secret", `salt crypt`},
	keywordSet{Strong, "token", `token tokens accesstoken refreshtoken idtoken authtoken apitoken bearer bearers
		tkn toks accesstok jwt jws jwe ticket tickets tempauth hdnts hdnea hdntl gda assertion samlresponse samlart
		oauthtoken verifier dpop macaroon accessgrant`},
	keywordSet{Strong, "auth", `auth auths authorization proxyauthorization authentication authorisation authenticator authn authkey
		authcookie aspxauth xauth userauth authz`},
	keywordSet{Strong, "credential", `credential credentials cred creds`},
	keywordSet{Strong, "session", `session sessions sessionid sessid sessionkey sessiontoken phpsessid jsessionid
		aspsessionid sessionkey mysession usersession sentrysid sessiondata cftoken sesskey dsid webvpn zenid oscsid xtcsid mysapsso2
		stok cpsess svpncookie tgc tgt castgc pgt cakephp estsauth estsauthlight estsauthpersistent iplanetdirectorypro
		msisauthenticated bbsessionhash sessauth rtfa fedauth 1psid 3psid 1psidts 3psidts 1papisid 3papisid`},
	keywordSet{Strong, "api_key", `apikey apikeys apisecret secretkey privatekey accesskey appkey masterkey
		encryptionkey signingkey consumerkey clientkey userkey sharedkey servicekey subscriptionkey accountkey
		storagekey licensekey licencekey devkey developerkey adminkey serverkey integrationkey writekey xapikey
		privkey deploykey applicationkey aeskey signkey md5key
		rsakey deskey`},
	keywordSet{Code, "otp", `otp otps totp hotp otc mfa 2fa tfa twofactor onetimepassword onetimecode otpattempt
		authcode passcode passkey pin pins pincode cvv cvv2 cvc cvc2 ssn oobcode securitycode verificationcode
		confirmationcode backupcode recoverycode otpcode twofactorcode accesscode`},
	keywordSet{Weak, "app_id", `appid`},
	keywordSet{Weak, "signature", `upsig vkey signature signatures sig sign signed hmac hashsig signaturev2`},
	keywordSet{Weak, "session", `sid sess suid sudo su symfony cookie cookies setcookie login logged remember
		rememberme cfid ssid hsid sapisid apisid xs clearance`},
	keywordSet{Weak, "csrf", `csrf xsrf csrftoken xsrftoken xcsrftoken csrfmiddlewaretoken fastcsrf
		authenticitytoken requestverificationtoken antiforgery`},
	keywordSet{Weak, "token", `tk preauth api access sas mac pat share slt bypass state nonce samlrequest relaystate invite invitation tok
		grant`},
	keywordSet{Weak, "certificate", `certificate cert certs`},
	keywordSet{Weak, "key_id", `accesskeyid awsaccesskeyid consumerid keyid`},
)

// gluedKeywords count at the end of a longer word, and at its start before a suffix; the longest first. Pieces of ordinary
// words are absent: "pass" (compass), "key" (monkey), "auth" (oauth), "pin". Chosen by hand, 2026-11-23.
var gluedKeywords = []string{
	"accesskeyid", "passphrase", "credentials", "credential", "privatekey", "secretkey", "sessionkey", "accesskey",
	"sessionid", "signature", "passcode", "passwords", "password", "sharedkey", "sessid", "apikey", "authkey", "appkey",
	"secrets", "session", "passwd", "secret", "tokens", "token", "creds", "csrf", "xsrf", "totp", "hmac", "jwt", "pwd",
}

// gluedByEnd and gluedByStart are gluedKeywords by their last and by their first byte, in their order.
var (
	gluedByEnd   = byLetter(func(s string) byte { return s[len(s)-1] })
	gluedByStart = byLetter(func(s string) byte { return s[0] })
)

func byLetter(of func(string) byte) (out [256][]string) {
	for _, s := range gluedKeywords {
		out[of(s)] = append(out[of(s)], s)
	}
	return out
}

// suffixWords leave the meaning of the word before them unchanged. Chosen by hand, 2026-11-23.
var suffixWords = ascii.Words(`value values val string str raw text encoded enc b64 base64 hex header param field input new old
	current confirm confirmation confirmed again repeat retype verify verification plain cleartext hash hashed digest
	md5 sha1 sha256 prod production dev test testing staging live primary secondary backup base eq ne in contains like
	data attempt attempts full short long tmp temp json user web app api main default override bot hls dash ss`)

// neutralWords are heads about a secret, without one: token_type, password_expired, session_timeout. Chosen by hand,
// 2026-11-23.
var neutralWords = ascii.Words(`type types expired expires expiry expire expiration expiresin policy policies length len count
	limit limits url urls uri endpoint method methods required enabled disabled enable disable format formats status
	strength age ttl lifetime label visible reset forgot changed change created updated at date time timeout mode
	style size max min index idx position version feature features name names algo alg algorithm kind class level
	action event error errors reason message page path prefix suffix scope scopes audience issuer provider duration
	start end begin range rotation rotate validity valid invalid show hide toggle manager service symbol address
	unauth supply price balance holder holders owner usage used remaining total budget per number num no`)

// aloneWords count only as the whole name: reset=TOKEN, but reset_date=... Source: a blind corpus of links in mails,
// 2026-11-25.
var aloneWords = ascii.Words(`reset verify confirm confirmation activate activation recover recovery magic magiclink sso unlock ott`)

// ordinaryEnds are English words with a gluedEnding. Chosen by hand, 2026-11-25.
var ordinaryEnds = ascii.Words(`monkey turkey donkey hockey jockey whiskey keykey mickey disney hotkey inside aside beside
	reside preside outside
	subside upside offside cup2key`)

// publicWords before a head name a public value. Chosen by hand, 2026-11-23.
var publicWords = ascii.Words(`mkt trk tracking analytics rum beacon visitor public publishable pub pk site sitekey recaptcha
	hcaptcha turnstile captcha vapid`)

// pagingWords before "token" name a page cursor. Source: the list parameters of public APIs, 2026-11-23.
var pagingWords = ascii.Words(`page next nextpage prev previous cursor continuation continue sync scroll resume pagination
	paging after before start end offset delta skip since from resumption list change changes poll marker watermark search type erc20 nft`)

// csrfWords before a head name a token against cross-site request forgery. Source: the form fields of web frameworks (Rails
// authenticity_token, Django csrfmiddlewaretoken, ASP.NET __RequestVerificationToken, Angular XSRF-TOKEN); 2026-11-23.
var csrfWords = ascii.Words(`csrf xsrf authenticity antiforgery requestverification csrfmiddleware anticsrf`)

// foreignNames are names of passwords in other scripts: Russian, Chinese (simplified, traditional), Japanese (two), Korean,
// Hebrew, Arabic, Thai, Greek. Source: a blind corpus, 2026-11-25.
var foreignNames = ascii.Words(`пароль Пароль ПАРОЛЬ 密码 密碼 口令 パスワード
	비밀번호 סיסמה كلمة_المرور รหัสผ่าน κωδικός`)

// secretKeyWords before "key" name a secret. Chosen by hand, 2026-11-23.
var secretKeyWords = ascii.Words(`api secret private access auth authentication authorization app application account client
	consumer license licence master signing sign signature ssh session shared service admin write server storage
	subscription root crypt crypto encryption encrypt decrypt decryption encrypted aes rsa ec pgp gpg hmac webhook
	integration developer dev user merchant security token jwt bearer deploy deployment functions function host system
	ingest ingestion insert license web stream streaming rapidapi rest project tenant org partner vendor reseller agent data
	instrumentation recovery wep wpa psk preshared otp mfa totp activation product serial pass bot`)

// plainKeyWords before "key" name an ordinary thing. Chosen by hand, 2026-11-23.
var plainKeyWords = ascii.Words(`public publishable pub site sort partition primary foreign routing cache idempotency
	idempotence object composite row hash range start end last next prev first issue translation i18n locale lang map
	group item key field column dedupe dedup hot short cut keyboard feature config setting settings property enum
	attribute websocket socket tag label menu tab arrow message event index s3 file image blob storageobject
	order search filter lookup evaluated
	metric series template resource`)

// oneTimeWords before "code" name a one-time code. Chosen by hand, 2026-11-23.
var oneTimeWords = ascii.Words(`auth authorization oauth oob verification verify confirmation confirm invite invitation reset
	activation activate access security login signin mfa 2fa tfa backup recovery magic otp sms email passwordless device
	pairing link unlock totp sms pin two factor one time onetime secret pass session exchange`)

type keywordSet struct {
	grade Grade
	kind  string
	words string
}

func expand(sets ...keywordSet) map[string]Name {
	out := map[string]Name{}
	for _, s := range sets {
		for w := range ascii.Words(s.words) {
			out[w] = Name{s.grade, s.kind}
		}
	}
	return out
}
