"""Everything that is diagnosed by name. The codes are kept for ever: programs rely on them."""

from bot.cli.doctor.diagnosis import Diagnosis

APP = "管理后台 → 应用管理 → 该应用"
RECEIVE = "管理后台 → 应用管理 → 该应用 → 接收消息 → 设置 API 接收"
BOT = "管理后台 → 安全与管理 → 管理工具 → 智能机器人 → 该机器人 → API 配置"
WEBHOOK = "群聊右上角 … → 消息推送 → 该推送"
KF = "管理后台 → 应用管理 → 微信客服 → API"
CALLBACK = "接收消息的设置页（应用：应用管理 → 该应用 → 接收消息；智能机器人：该机器人的 API 配置）"
COMPANY = "管理后台 → 我的企业 → 企业信息 → 企业 ID（页面最下方），对 config.toml 的 [wecom] corp_id"
GATEWAY = "网关（Nginx 等）的配置"

# The configuration and its keys.

CONFIG_INVALID = Diagnosis("config-invalid", "配置文件有错", "config.toml", "按提示改好；全部问题：qunban check")
CORP_ID_SHAPE = Diagnosis(
    "corp-id-shape",
    "企业 ID 的样子不对",
    COMPANY,
    "整段复制 ww 或 wx 开头的 18 位企业 ID；它不是企业名称，也不是 AgentId",
)
SECRET_UNSET = Diagnosis(
    "secret-unset", "环境变量没有设置", "运行机器人的环境（systemd 的 EnvironmentFile、容器的环境变量）",
    "把管理后台里的值放进这个环境变量，在同一个环境里再查一遍",
)  # fmt: skip
SECRET_PADDED = Diagnosis(
    "secret-padded", "密钥里混进了空格、换行或引号", "运行机器人的环境",
    "重新复制，两头不留空格；在环境文件里不要再加引号",
)  # fmt: skip
TOKEN_SHAPE = Diagnosis(
    "token-shape", "Token 的样子不对", CALLBACK, "Token 是 3 到 32 位字母和数字，与管理后台里填的一字不差"
)
AES_KEY_LENGTH = Diagnosis(
    "aes-key-length", "加密密钥长度不对", CALLBACK,
    "EncodingAESKey 正好 43 位：整段复制，末尾不加等号，也别少一位",
)  # fmt: skip
AES_KEY_LETTERS = Diagnosis(
    "aes-key-letters",
    "加密密钥里有不该有的字符",
    CALLBACK,
    "EncodingAESKey 只有字母和数字：重新复制，或点「随机获取」换一个",
)
KEYS_SWAPPED = Diagnosis(
    "keys-swapped",
    "Token 和 EncodingAESKey 填反了",
    CALLBACK,
    "43 位的是 EncodingAESKey，短的是 Token；把两个环境变量对调",
)
SECRET_SHAPE = Diagnosis(
    "secret-shape", "密钥的样子不对", f"{APP} → Secret，或该机器人、该群的设置页", "重新复制一遍，不要手打"
)

# What understands.

MODEL_UNUSABLE = Diagnosis(
    "model-unusable",
    "语义模型用不了，只按词理解",
    "config.toml 的 [understand] model",
    '改成能用的模型文件夹；写 "builtin" 用自带的，写 "none" 就只按词理解',
)

# The bot's own side of the callback.

PORT_TAKEN = Diagnosis(
    "port-taken",
    "端口被别的程序占着",
    "config.toml 的 [server] listen",
    "停掉占着它的程序，或者换一个端口，网关也跟着改",
)
BOT_SICK = Diagnosis(
    "bot-sick", "机器人开着，但是不健康", "机器人的日志，config.toml 的 [store]", "看日志；多半是 Redis 或数据库连不上"
)
BOT_OUTDATED = Diagnosis(
    "bot-outdated", "正在运行的机器人用的不是现在这份配置", "运行机器人的地方", "入口和密钥改过以后要重启 qunban run"
)
ECHO_SLOW = Diagnosis(
    "echo-slow", "回显超过 1 秒", "机器人所在的机器和网关", "企业微信只等 1 秒：减轻机器负担，去掉绕路的代理"
)

# The way from outside to the bot.

PUBLIC_PRIVATE = Diagnosis(
    "public-private", "公网地址是内网地址", "config.toml 的 [server] public_url，接收消息的 URL",
    "换成企业微信能访问到的域名；没有公网地址就用智能机器人的长连接（mode = \"socket\"）",
)  # fmt: skip
PUBLIC_UNRESOLVED = Diagnosis(
    "public-unresolved", "域名解析不到地址", "域名服务商的解析记录", "核对域名有没有写错，解析有没有生效"
)
PUBLIC_UNREACHABLE = Diagnosis(
    "public-unreachable", "公网地址连不上", "防火墙、安全组、端口转发", "放行这个端口；网关要开着"
)
PUBLIC_CERTIFICATE = Diagnosis(
    "public-certificate",
    "https 证书不被信任",
    GATEWAY,
    "换成有效期内的正式证书，把中间证书也配上；自签名的企业微信不认",
)
PUBLIC_SILENT = Diagnosis(
    "public-silent", "公网地址一直不回答", GATEWAY, "企业微信等 5 秒就断开：看网关转到了哪里、那里有没有在听"
)
PUBLIC_REDIRECT = Diagnosis(
    "public-redirect", "回调地址在跳转", "接收消息的 URL", "企业微信不跟随跳转：URL 直接填跳转后的地址，或让网关不跳"
)
PUBLIC_PATH = Diagnosis(
    "public-path", "网关没有把这个路径转过来", GATEWAY, "把 /cb/ 开头的请求原样转给机器人，路径不删不改"
)
PUBLIC_METHOD_GET = Diagnosis(
    "public-get-refused", "网关不放行 GET", GATEWAY, "URL 验证是 GET，消息是 POST，两种都要放行"
)
PUBLIC_METHOD_POST = Diagnosis(
    "public-post-refused",
    "网关不放行 POST",
    GATEWAY,
    "验证能过，消息却进不来：URL 验证是 GET，消息是 POST，两种都要放行",
)
PUBLIC_UPSTREAM = Diagnosis(
    "public-upstream", "网关后面没有人", GATEWAY, "转到 [server] listen 的地址和端口；机器人要开着"
)
PUBLIC_BLOCKED = Diagnosis(
    "public-blocked", "网关或防火墙拦下了请求", "网关、Web 防火墙、云厂商的访问控制",
    "放行 /cb/ 开头的请求，不要求登录；企业微信的来路 IP 很多，不要按 IP 拦",
)  # fmt: skip
PUBLIC_ELSEWHERE = Diagnosis(
    "public-elsewhere", "公网地址通到了别的程序", GATEWAY, "有回答，但不是这个机器人给的：核对域名、端口和转发的目标"
)
QUERY_LOST = Diagnosis(
    "query-lost",
    "问号后面的参数丢了",
    GATEWAY,
    "转发时带上整个查询串；Nginx 的 proxy_pass 里用了变量时，要写上 $request_uri",
)
QUERY_PLUS = Diagnosis("query-plus", "网关把 + 变成了空格", GATEWAY, "查询串原样转发，不要先解码：%2B 要还是 %2B")
ECHO_QUOTED = Diagnosis(
    "echo-quoted", "回显被包成了 JSON 或加了引号", GATEWAY, "企业微信只认光秃秃的原文：去掉统一包装返回值的那一层"
)
ECHO_BOM = Diagnosis("echo-bom", "回显前面多了 BOM", GATEWAY, "去掉给文本加 BOM 的那一层，回答原样返回")
ECHO_PADDED = Diagnosis("echo-padded", "回显多了空格或换行", GATEWAY, "去掉给回答补换行的那一层，回答原样返回")
ECHO_PAGE = Diagnosis(
    "echo-page", "回显变成了网页", "网关、Web 防火墙、内网穿透的提醒页", "给 /cb/ 关掉人机验证、登录页、访问提醒"
)
ECHO_CHANGED = Diagnosis("echo-changed", "回显被改过", GATEWAY, "回答原样返回，不插入、不压缩成别的内容")

# WeCom's own request, as it came.

TOKEN_WRONG = Diagnosis(
    "token-wrong",
    "签名不符：Token 填错了",
    CALLBACK,
    "让环境变量里的 Token 与这一页的一字不差；分清是哪个应用、哪个机器人的",
)
AES_KEY_WRONG = Diagnosis(
    "aes-key-wrong", "解不开：EncodingAESKey 填错了", CALLBACK, "让环境变量里的 EncodingAESKey 与这一页的一字不差"
)
RECEIVER_WRONG = Diagnosis(
    "receiver-wrong",
    "receiveid 不符：企业 ID 填错了",
    COMPANY,
    "改成管理后台里的企业 ID；第三方、代开发应用的回调这里不支持",
)
DOORS_MIXED = Diagnosis(
    "doors-mixed", "URL 填到了别的入口上", CALLBACK, "每个应用、每个机器人各有自己的 URL：/cb/种类/名字"
)
KIND_MIXED = Diagnosis(
    "kind-mixed", "应用和智能机器人的 URL 填混了", CALLBACK, "应用填 /cb/app/名字，智能机器人填 /cb/aibot/名字"
)
PATH_UNKNOWN = Diagnosis(
    "path-unknown",
    "没有这个回调路径",
    "接收消息的 URL，config.toml 的 [[channels]]",
    "改成上面列出的 URL，大小写也要一样",
)
STRANGER = Diagnosis(
    "request-foreign",
    "不是企业微信的验证请求",
    "接收消息的 URL",
    "验证请求带 msg_signature、timestamp、nonce、echostr 四个参数",
)

# Doors without callbacks.

SOCKET_SECRET = Diagnosis(
    "socket-secret-wrong", "长连接的 Bot ID 或 Secret 不对", f"{BOT} → 长连接",
    "机器人要选「长连接」方式；整段复制 Bot ID 和长连接专用的 Secret，它不是应用的 Secret",
)  # fmt: skip
SOCKET_UNREACHABLE = Diagnosis(
    "socket-unreachable", "长连接连不上", "这台机器的网络，config.toml 的 [wecom] socket",
    "放行到 openws.work.weixin.qq.com 的 443 端口；中间有代理的话，要支持 WebSocket",
)  # fmt: skip
WEBHOOK_KEY = Diagnosis(
    "webhook-key-wrong", "消息推送的 key 不对，或者它已被移出群", f"{WEBHOOK} → Webhook 地址",
    "重新复制整个地址；被删掉了就在群里重新添加一个",
)  # fmt: skip
WEBHOOK_DISABLED = Diagnosis(
    "webhook-disabled", "消息推送被停用了", "管理后台 → 安全与管理 → 管理工具 → 消息推送", "重新启用它"
)

# 微信客服.

KF_NOT_ALLOWED = Diagnosis(
    "kf-not-allowed", "48002：这个应用不能调用微信客服", f"{KF} → 可调用接口的应用",
    "勾上这个应用；secret 用它自己的 Secret，不是旧的微信客服 Secret",
)  # fmt: skip
KF_API_OFF = Diagnosis("kf-api-off", "95017：微信客服的 API 没有开启", KF, "点「开启 API」，再选可调用接口的应用")
KF_ACCOUNT_UNKNOWN = Diagnosis(
    "kf-account-unknown", "没有这个客服账号", f"{KF} → 通过 API 管理微信客服账号，对 config.toml 的 open_kfid",
    "open_kfid 是 wk 开头的一串，从上面列出的里面选",
)  # fmt: skip
KF_ACCOUNT_UNGRANTED = Diagnosis(
    "kf-account-ungranted",
    "客服账号没有交给这个应用管理",
    f"{KF} → 通过 API 管理微信客服账号",
    "把这个账号加给这个应用",
)
KF_NO_SERVICER = Diagnosis(
    "kf-no-servicer", "客服账号没有能接待的人", "管理后台 → 应用管理 → 微信客服 → 客服账号 → 接待人员",
    '加上接待人员，让他们处于接待状态；也可以写 handover = "relay"，由工单接手',
)  # fmt: skip
KF_CURSOR_VOID = Diagnosis(
    "kf-cursor-void", "取消息的位置失效了", "config.toml 的 [store] data",
    "机器人会自己从三天内的重新取，已答过的不再答；总是这样，就查查是不是换了企业或数据目录",
)  # fmt: skip

# The API.

API_UNREACHABLE = Diagnosis(
    "api-unreachable", "连不上企业微信的接口", "这台机器的网络，config.toml 的 [wecom] api",
    "放行到 qyapi.weixin.qq.com 的 443 端口；核对域名解析和代理",
)  # fmt: skip
API_STRANGE = Diagnosis(
    "api-strange",
    "接口地址不像企业微信",
    "config.toml 的 [wecom] api",
    '一般写 "https://qyapi.weixin.qq.com"，后面不带路径',
)
API_REFUSED = Diagnosis("api-refused", "企业微信没有接受", "企业微信的「全局错误码」页", "按错误码查原因")
API_LIMITED = Diagnosis(
    "api-limited", "调用太频繁，被暂时限制", "同一个企业里别的程序", "过几分钟再查；别让几套程序抢着取 access_token"
)
CLOCK_WRONG = Diagnosis(
    "clock-wrong",
    "这台机器的时间不对",
    "机器的系统时间",
    "打开自动对时（timedatectl set-ntp true）；差 10 分钟以上，消息会被拒收",
)
CORP_ID_WRONG = Diagnosis("corp-id-wrong", "企业 ID 不对", COMPANY, "改成管理后台里的企业 ID")
SECRET_WRONG = Diagnosis("secret-wrong", "Secret 不对", f"{APP} → Secret", "点「查看」重新复制；重置过的话旧的就作废了")
SECRET_OF_ANOTHER = Diagnosis(
    "secret-of-another",
    "Secret 是别的应用的",
    f"{APP} → AgentId 和 Secret",
    "AgentId 和 Secret 要从同一个应用的页面上复制",
)
IP_UNTRUSTED = Diagnosis(
    "ip-untrusted",
    "60020：这台机器不在可信 IP 里",
    f"{APP} → 企业可信IP",
    "把这个 IP 加进去；要先在同一页设好可信域名或接收消息的 URL",
)
APP_DISABLED = Diagnosis("app-disabled", "应用被停用了", APP, "在应用页面最上方启用它")
APP_INVISIBLE = Diagnosis("app-invisible", "应用的可见范围是空的", f"{APP} → 可见范围", "把要用它的部门或成员加进去")
API_FORBIDDEN = Diagnosis(
    "api-forbidden", "48002：应用没有调用接口的权限",
    f"{APP} → 权限；微信客服：应用管理 → 微信客服 → API → 可调用接口的应用",
    "给这个应用勾上对应的权限",
)  # fmt: skip
MEMBER_UNKNOWN = Diagnosis(
    "member-unknown",
    "[[people]] 里有不存在的账号",
    "管理后台 → 通讯录 → 成员详情 → 账号",
    "userid 填成员的「账号」，不是姓名或手机号",
)
MEMBER_INVISIBLE = Diagnosis(
    "member-invisible", "有人不在应用的可见范围里", f"{APP} → 可见范围", "把他们或所在部门加进去，否则收不到工单和通知"
)
