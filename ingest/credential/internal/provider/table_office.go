package provider

import (
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// officeFormats are the formats of messaging, mail, social networks, offices and design.
var officeFormats = []Format{
	// Slack docs: "Token types", "Token rotation".
	{"xoxb-", "slack_bot", ascii.Run, 20, 250, FDistinct},
	{"xoxp-", "slack_user", ascii.Run, 20, 250, FDistinct},
	{"xoxa-", "slack_app", ascii.Run, 20, 250, FDistinct},
	{"xoxr-", "slack_refresh", ascii.Run, 20, 250, FDistinct},
	{"xoxs-", "slack_session", ascii.Run, 20, 250, FDistinct},
	{"xoxo-", "slack_legacy", ascii.Run, 20, 250, FDistinct},
	{"xoxc-", "slack_session", ascii.Run, 20, 250, FDistinct},
	{"xoxd-", "slack_cookie", ascii.Run, 20, 500, FDistinct | fB64},
	{"xoxe-", "slack_refresh", ascii.Run, 20, 250, FDistinct},
	{"xoxe.xox", "slack_refresh", ascii.Run, 20, 250, FDistinct},
	{"xapp-", "slack_app", ascii.Run, 20, 250, FDistinct},
	{"xwfp-", "slack_workflow", ascii.Run, 20, 250, FDistinct},
	// SendGrid, Mailgun, Brevo, Resend, Twilio, Discord, Intercom and Telegram docs on keys.
	{"SG.", "sendgrid_key", ascii.Run, 66, 69, fDots | fEquals},
	{"key-", "mailgun_key", ascii.Hex, 32, 32, 0},
	{"pubkey-", "mailgun_public_key", ascii.Hex, 32, 32, FPublic},
	{"xkeysib-", "brevo_key", ascii.Run, 70, 90, FDistinct},
	{"xsmtpsib-", "brevo_key", ascii.Run, 70, 90, FDistinct},
	{"re_", "resend_key", ascii.Run, 32, 40, 0},
	{"SK", "twilio_key", ascii.Hex, 32, 32, 0},
	{"mfa.", "discord_mfa", ascii.Run, 84, 95, 0},
	{"dG9rO", "intercom_token", ascii.Alnum, 50, 56, fB64 | fRandom},
	// Meta, X and Pinterest docs on access tokens.
	{"EAACEdEose0cBA", "facebook_token", ascii.Alnum, 10, 400, FDistinct},
	{"EAAC", "facebook_token", ascii.Alnum, 60, 400, 0},
	{"EAAG", "facebook_token", ascii.Alnum, 60, 400, 0},
	{"EAAM", "facebook_token", ascii.Alnum, 60, 400, 0},
	{"EAAB", "facebook_token", ascii.Alnum, 60, 400, 0},
	{"EAA", "facebook_token", ascii.Alnum, 100, 400, fRandom},
	{"IGQV", "instagram_token", ascii.Run, 50, 300, fRandom},
	{"AAAAAAAAAAAAAAAAAAAAA", "twitter_bearer", ascii.Alnum, 60, 120, fB64},
	{"pina_", "pinterest_token", ascii.Run, 20, 200, fRandom},
	// Linear, Notion, Figma, Typeform, Contentful, HubSpot, ClickUp, Dropbox, Frame.io and Adobe docs on tokens.
	{"lin_api_", "linear_key", ascii.Alnum | ascii.Join, 32, 128, 0},
	{"lin_oauth_", "linear_token", ascii.Alnum, 40, 64, FDistinct},
	{"lin_wh_", "linear_webhook", ascii.Alnum, 20, 64, FDistinct},
	{"ntn_", "notion_token", ascii.Alnum, 40, 50, 0},
	{"secret_", "notion_token", ascii.Alnum, 43, 43, 0},
	{"figd_", "figma_token", ascii.Run, 40, 50, FDistinct},
	{"figu_", "figma_token", ascii.Run, 40, 50, 0},
	{"figo", "figma_oauth", ascii.Run, 40, 50, 0},
	{"tfp_", "typeform_token", ascii.Run, 40, 64, FDistinct | fDots | fEquals},
	{"CFPAT-", "contentful_token", ascii.Run, 43, 43, FDistinct},
	{"pat-na1-", "hubspot_token", ascii.Hex | ascii.Join, 36, 36, FDistinct},
	{"pat-eu1-", "hubspot_token", ascii.Hex | ascii.Join, 36, 36, FDistinct},
	{"pat-ap1-", "hubspot_token", ascii.Hex | ascii.Join, 36, 36, FDistinct},
	{"pat-na2-", "hubspot_token", ascii.Hex | ascii.Join, 36, 36, FDistinct},
	{"pk_", "clickup_token", ascii.Upper | ascii.Digit | ascii.Join, 38, 46, 0},
	{"sl.", "dropbox_token", ascii.Run, 130, 1400, fEquals},
	{"sl.u.", "dropbox_token", ascii.Run, 100, 1400, FDistinct},
	{"fio-u-", "frameio_token", ascii.Run, 64, 64, FDistinct | fEquals},
	{"p8e-", "adobe_secret", ascii.Run, 32, 32, fRandom},
	// Defined Networking docs: "API keys". Laravel docs: "Encryption", the application's key.
	{"dnkey-", "defined_key", ascii.Run, 79, 79, FDistinct | fEquals},
	{"base64:", "laravel_key", ascii.Alnum, 44, 44, fB64 | fRandom},
	// Instagram and Threads API with login: access tokens. GitBook docs: API tokens.
	{"IGAA", "instagram_token", ascii.Run, 50, 300, fRandom},
	{"THAA", "threads_token", ascii.Run, 100, 300, fRandom},
	{"gb_api_", "gitbook_token", ascii.Alnum, 40, 40, FDistinct},
}
