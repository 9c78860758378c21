package names

// cookieRows are names that mean a login as the name of a cookie. Beside them, a name that other rows grade Strong with the kind
// session is Certain in a cookie, and one that they grade Weak with that kind is Strong.
var cookieRows = []row{
	{grade: Certain, kind: "session", match: cookieWhole, words: `sid sess connect.sid`, source: "express-session (connect.sid); common"},
	{grade: Weak, kind: "session", match: cookieWord, words: `sess sessid login logon logged signin remember rememberme identity sso passport
		ticket auth sec impersonate saml oidc sid oauth oauth2`, source: "common words"},
	{grade: Weak, kind: "session", match: cookieWord, words: `splunkd`, source: "Splunk Web: splunkd_8000"},
	{grade: Weak, kind: "session", match: cookieWord, words: `apscookie`, source: "Fortinet FortiOS: APSCOOKIE_"},
	{grade: Weak, kind: "session", match: cookieWord, words: `typo xf`, source: "TYPO3: fe_typo_user; XenForo: xf_user"},
	{grade: Weak, kind: "session", match: cookieWord, words: `seraph crowd`, source: "Atlassian: seraph.rememberme.cookie, crowd.token_key"},
	{grade: Weak, kind: "session", match: cookieWord, words: `phpbb phpbb3`, source: "phpBB: phpbb3_abcde_u"},
	{grade: Weak, kind: "session", match: cookieWord, words: `wordpress presta`, source: "WordPress: wordpress_logged_in_, PrestaShop"},
	{grade: Weak, kind: "session", match: cookieWord, words: `synology`, source: "Synology DSM"},

	{grade: Weak, kind: "session", match: cookieWhole, words: `li_at li_rm`, source: "LinkedIn"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `d`, source: "Slack"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `xs`, source: "Facebook"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `pd-id`, source: "IBM Security Access Manager: PD-ID"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `nsc_aaac nsc_tass`, source: "Citrix NetScaler Gateway"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `__ac _zopeid`, source: "Plone, Zope"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `.dotnetnuke`, source: "DotNetNuke"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `i_like_gitea`, source: "Gitea"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `svpntmpcookie`, source: "Fortinet SSL VPN"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `cadata`, source: "Microsoft Exchange: Outlook on the web"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `unifises`, source: "UniFi"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `adminer_permanent`, source: "Adminer"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `_pomerium`, source: "Pomerium"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `sp_dc`, source: "Spotify"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `netflixid securenetflixid`, source: "Netflix"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `at-main x-main`, source: "Amazon"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `.roblosecurity`, source: "Roblox"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `magento_admin`, source: "Magento"},

	{grade: Weak, kind: "session", match: cookiePart, words: `sess auth tkt token login passw cred jwt saml`,
		source: "PHPSESSIDBX, AZUREWEBSITESAUTH, Drupal's SESS and a digest; corpus"},
	{grade: Weak, kind: "session", match: cookieEnding, words: `sid soid sso tkn ticket`, source: "dwsid, vncticket; corpus"},
}
