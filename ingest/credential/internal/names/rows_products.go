package names

// productNameRows are names of single products and of kinds of products, of which the shape of the value has to say more. Source:
// the documentation of the products beside each; 2026-12-01.
var productNameRows = []row{
	{grade: Weak, kind: "token", match: whole, words: `public_token public-token publicToken`, source: "Plaid Link, Merge; Zoho"},
	{grade: Weak, kind: "token", match: whole, words: `fpot redirectResult edit2 Q_DL launch _upt accessId hashp`,
		source: "Salesforce; Adyen; Google Forms; Qualtrics; SMART on FHIR; ByteDance; HAFAS; Dolibarr"},
	{grade: Weak, kind: "token", match: alone, words: `checkword optout optin unsub unsubscribe crumb crb resumetoken`,
		source: "Bitrix; mails; Jenkins, Squarespace, SAP SuccessFactors"},
	{grade: Weak, kind: "token", match: pair, before: `user`, words: `checkword`, source: "Bitrix (USER_CHECKWORD)"},
	{grade: Weak, kind: "token", match: pair, before: `magic login invite share secret reset`, words: `link`, source: "links in mails"},
	{grade: Weak, kind: "token", match: pair, before: `s`, words: `crb`, source: "SAP SuccessFactors (_s.crb)"},
	{grade: Weak, kind: "token", match: pair, before: `cf centrifuge`, words: `connect`, source: "Centrifugo"},
	{grade: Weak, kind: "token", match: pair, before: `magic login activation verification validation confirmation registration reset
		recovery unlock access auth security invitation invite signup enrollment enrolment pairing claim link share session oauth`,
		words: `string str guid uuid`, isResource: true, source: "links in mails: verification_string, activation_hash"},
	{grade: Weak, kind: "token", match: pair, before: `secret`, words: `str guid uuid`, isResource: true, source: "links in mails"},
	{grade: Weak, kind: "session", match: whole, words: `ks sessionName OTRSAgentInterface OTRSCustomerInterface _ZopeId _sn sap-contextid
		SAP-CONTEXTID ST1 ST2 swap oas DSSIGNIN SWESN`,
		source: "Kaltura; vTiger; OTRS; Zope; Siebel; SAP; Dell iDRAC; SonicWall; Oracle E-Business Suite; Ivanti"},
	{grade: Weak, kind: "api_key", match: whole, words: `X-Routing-Key x-routing-key routing_key CST cst X-IDENTITY-HEADER x-identity-header
		X-EBAY-SOA-SECURITY-APPNAME SECURITY-APPNAME x-ebay-soa-security-appname`,
		source: "PagerDuty; IG and Capital.com; Azure managed identities; eBay"},
	{grade: Weak, kind: "api_key", match: whole, words: `dkey`, source: "dRPC"},
	{grade: Weak, kind: "api_key", match: pair, isResource: true, before: `honeycomb`, words: `team`, source: "Honeycomb (X-Honeycomb-Team)"},
	{grade: Certain, kind: "session", match: whole, words: `X-SecurityCenter x-securitycenter x_securitycenter`,
		source: "Tenable Security Center"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `_t did frontend adminhtml freshrss pwg_id nagiosxi lemonldap ezproxy
		ezproxyl ezproxyn
		rsconnect pf.persistent wc_persistent webvpncontext vouch vouchcookie validation i_like_forgejo`,
		source: "Discourse, Synology DSM, Magento 1, FreshRSS, Piwigo, Nagios XI, LemonLDAP, EZproxy, Posit Connect, PingFederate, " +
			"HCL Commerce, Cisco, Vouch, XWiki"},
	{grade: Weak, kind: "session", match: cookieWord, words: `jupyterhub postpass`, source: "JupyterHub; WordPress (wp-postpass_)"},
	{grade: Weak, kind: "session", match: cookieWhole, words: `sakaiid 0xhighflyxsogo concrete gerritaccount i_like_gogs
		i_like_forgejo dssignin
		persistent_shopping_cart alc_enc tikiuser elggperm mybbuser smfcookie11 vanilla-vv
		.aspnet.applicationcookie idsrv umb_ucontext _master_udr
		nette-samesite_id epic_eg1 ct0 weread_skey bduss p_skey skey`,
		source: "Sakai, SOGo, Concrete, Gerrit, Gogs, Forgejo, Ivanti, Zen Cart, Tiki, Elgg; forums, panels, monitoring, shops, portals"},
	{grade: Weak, kind: "session", match: cookieWord, words: `octopus glpi flux roundcube sogo zimbra horde proxmox webmin plesk
		keycloak authelia authentik
		grafana zabbix redmine mantis bugzilla moodle`, source: "products that name their session after themselves"},
	{grade: Weak, kind: "session", match: cookiePart, words: `whmcs antiforgery`, source: "WHMCS; ASP.NET Core"},
}
