package provider

import (
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// identityFormats are the formats of identities, sessions and challenges.
var identityFormats = []Format{
	// PASETO and PASERK specifications: version and purpose in front, a footer behind a dot (github.com/paseto-standard, read in
	// December 2026). A public token is signed, not encrypted; it grants as much.
	{"v1.local.", "paseto", ascii.Run, 60, 8000, fDots | fRandom},
	{"v1.public.", "paseto", ascii.Run, 60, 8000, fDots | fRandom},
	{"v2.local.", "paseto", ascii.Run, 60, 8000, fDots | fRandom},
	{"v2.public.", "paseto", ascii.Run, 60, 8000, fDots | fRandom},
	{"v3.local.", "paseto", ascii.Run, 60, 8000, fDots | fRandom},
	{"v3.public.", "paseto", ascii.Run, 60, 8000, fDots | fRandom},
	{"v4.local.", "paseto", ascii.Run, 60, 8000, fDots | fRandom},
	{"v4.public.", "paseto", ascii.Run, 60, 8000, fDots | fRandom},
	{"k1.local.", "paserk", ascii.Run, 43, 200, fRandom},
	{"k1.secret.", "paserk", ascii.Run, 43, 200, fRandom},
	{"k2.local.", "paserk", ascii.Run, 43, 200, fRandom},
	{"k2.secret.", "paserk", ascii.Run, 43, 200, fRandom},
	{"k3.local.", "paserk", ascii.Run, 43, 200, fRandom},
	{"k3.secret.", "paserk", ascii.Run, 43, 200, fRandom},
	{"k4.local.", "paserk", ascii.Run, 43, 200, fRandom},
	{"k4.secret.", "paserk", ascii.Run, 43, 200, fRandom},
	// LND docs: "Macaroons", version 2 of the location lnd, in base64 and in hexadecimal.
	{"AgEDbG5k", "macaroon", ascii.Run, 60, 2000, FDistinct | fB64},
	{"0201036c6e64", "macaroon", ascii.Hex, 100, 4000, FDistinct},
	// Google identity docs: authorization codes. Salesforce docs: refresh tokens, consumer keys. Microsoft: refresh tokens of personal
	// accounts.
	{"4/0A", "google_code", ascii.Run, 40, 120, 0},
	{"5Aep861", "salesforce_refresh", ascii.Run, 60, 120, FDistinct | fDots},
	{"3MVG9", "salesforce_client_id", ascii.Run, 70, 100, FPublic | fRandom | fDots},
	// reCAPTCHA and hCaptcha docs: "Verify the user response". A response is good once, for two minutes.
	{"03A", "recaptcha_response", ascii.Run, 200, 4000, fRandom},
	{"0cA", "recaptcha_response", ascii.Run, 200, 4000, fRandom},
	{"P1_eyJ", "hcaptcha_response", ascii.Run, 100, 8000, FDistinct | fDots},
	{"P0_eyJ", "hcaptcha_response", ascii.Run, 100, 8000, FDistinct | fDots},
	// Cloudflare Turnstile docs: secret keys of widgets; their site keys are shorter.
	{"0x4AAAAAAA", "turnstile_secret", ascii.Run, 24, 26, fRandom},
	// Rules of kingfisher-rules 3.0.1, titus and Nosey Parker (testdata/rulesets, read in December 2026): Persona, Onfido, Proof,
	// Unkey, Workato, TeamCity.
	{"persona_production_", "persona_key", ascii.Run, 20, 80, fRandom},
	{"persona_sandbox_", "persona_key", ascii.Run, 20, 80, fRandom},
	{"api_live.", "onfido_token", ascii.Run, 20, 80, fRandom},
	{"api_live_us.", "onfido_token", ascii.Run, 20, 80, fRandom},
	{"api_live_ca.", "onfido_token", ascii.Run, 20, 80, fRandom},
	{"api_sandbox.", "onfido_token", ascii.Run, 20, 80, fRandom},
	{"prf_", "proof_key", ascii.Run, 20, 80, fRandom},
	{"unkey_", "unkey_key", ascii.Alnum, 20, 32, fRandom},
	{"wrka-", "workato_token", ascii.Run, 80, 2000, FDistinct | fDots},
	{"wrkaus-", "workato_token", ascii.Run, 80, 2000, FDistinct | fDots},
	{"wrkaeu-", "workato_token", ascii.Run, 80, 2000, FDistinct | fDots},
	{"wrkajp-", "workato_token", ascii.Run, 80, 2000, FDistinct | fDots},
	{"wrkasg-", "workato_token", ascii.Run, 80, 2000, FDistinct | fDots},
	{"wrkaau-", "workato_token", ascii.Run, 80, 2000, FDistinct | fDots},
	{"eyJ0eXAiOiAiVENWMiJ9.", "teamcity_token", ascii.Run, 85, 85, FDistinct | fDots},
	// Supabase docs: the code of a link in a mail.
	{"pkce_", "supabase_code", ascii.Hex, 56, 64, 0},
	// Firebase Authentication: refresh tokens. Microsoft Entra ID: refresh tokens. VK: access
	// tokens.
	{"AMf-vB", "firebase_refresh", ascii.Run, 150, 500, FDistinct},
	{"0.A", "entra_refresh", ascii.Run, 200, 4000, fDots | fRandom},
	{"1.A", "entra_refresh", ascii.Run, 200, 4000, fDots | fRandom},
	{"vk1.a.", "vk_token", ascii.Run, 100, 400, FDistinct},
}
