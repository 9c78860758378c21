package credential

// modelFormats are the formats of models and the tools around them.
var modelFormats = []format{
	// OpenAI, Anthropic, OpenRouter, Hugging Face, Groq, xAI, Perplexity, Replicate, Tavily, NVIDIA, LangSmith, Cerebras, Pinecone,
	// Jina, Fireworks, Together, ElevenLabs, Firecrawl, LlamaCloud and Langfuse docs on API keys. DeepSeek's are of the form sk- too.
	{"sk-proj-", "openai_key", cRun, 40, 250, fDistinct},
	{"sk-svcacct-", "openai_key", cRun, 40, 250, fDistinct},
	{"sk-admin-", "openai_key", cRun, 40, 250, fDistinct},
	{"sk-None-", "openai_key", cRun, 40, 250, fDistinct},
	{"sk-ant-", "anthropic_key", cRun, 80, 130, fDistinct},
	{"sk-or-v1-", "openrouter_key", cHex, 64, 64, fDistinct},
	{"sk-lf-", "langfuse_secret", cHex | cJoin, 36, 36, fDistinct},
	{"pk-lf-", "langfuse_public", cHex | cJoin, 36, 36, fDistinct | fPublic},
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
	{"csk-", "cerebras_key", cAlnum, 48, 48, fRandom},
	{"pcsk_", "pinecone_key", cAlnum | cJoin, 60, 90, fDistinct},
	{"jina_", "jina_key", cRun, 55, 70, fRandom},
	{"fw_", "fireworks_key", cAlnum, 22, 24, fRandom},
	{"tgp_v1_", "together_key", cRun, 43, 43, fDistinct},
	{"sk_", "elevenlabs_key", cHex, 48, 48, 0},
	{"fc-", "firecrawl_key", cHex, 32, 32, 0},
	{"llx-", "llamacloud_key", cAlnum, 48, 48, fRandom},
}
