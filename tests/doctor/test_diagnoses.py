"""Every named diagnosis is made when exactly that thing is broken, and no other one beside it."""

import datetime
import os
import ssl
from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.app import Wiring, load_config, running
from bot.channels import build, by_path
from bot.cli.doctor import diagnoses, verifier
from bot.cli.doctor.diagnosis import Diagnosis
from bot.clock import SystemClock
from bot.inbox import Inbox
from bot.leases import Leases
from bot.metrics import Metrics
from bot.passive import Passive
from bot.server import Server, listening
from bot.simulator import Errcode
from bot.store.database import Database
from bot.store.redis import connect
from bot.types.attachments import Unkept
from tests.doctor.conftest import BOT_KEY, Clinic
from tests.doctor.gateway import Gateway
from tests.ports import free_port

Break = Callable[[Clinic], Awaitable[None]]


# What is written down.


async def no_secret(clinic: Clinic) -> None:
    clinic.environ.delenv("APP_SECRET")


async def quoted_secret(clinic: Clinic) -> None:
    clinic.say(APP_SECRET='"QunbanTestSecret"')


async def padded_key(clinic: Clinic) -> None:
    clinic.say(BOT_AES_KEY=BOT_KEY + "\n")


async def secret_with_a_space_inside(clinic: Clinic) -> None:
    clinic.say(APP_SECRET="Qunban Secret")


async def short_key(clinic: Clinic) -> None:
    clinic.say(APP_AES_KEY=clinic.app.aes_key[:-1])


async def key_with_an_equals_sign(clinic: Clinic) -> None:
    clinic.say(APP_AES_KEY=clinic.app.aes_key + "=")


async def key_with_a_dash(clinic: Clinic) -> None:
    clinic.say(APP_AES_KEY="-" + clinic.app.aes_key[1:])


async def long_token(clinic: Clinic) -> None:
    clinic.say(APP_TOKEN="a" * 33)


async def swapped(clinic: Clinic) -> None:
    clinic.say(APP_TOKEN=clinic.app.aes_key, APP_AES_KEY=clinic.app.token)


async def short_corp_id(clinic: Clinic) -> None:
    clinic.write(corp="ww123")


async def unknown_key(clinic: Clinic) -> None:
    clinic.write(people='[helpp]\ntext = "?"')


async def no_model(clinic: Clinic) -> None:
    clinic.write(more='[understand]\nmodel = "./model"')


# The bot's own side.


async def port_in_use(clinic: Clinic) -> None:
    await serve(clinic, web.Server(nobody))


async def sick_bot(clinic: Clinic) -> None:
    """A bot whose Redis is gone; it still proves its URLs."""
    redis = connect(f"redis://127.0.0.1:{free_port()}")
    clinic.stack.push_async_callback(redis.aclose)
    session = await clinic.stack.enter_async_context(ClientSession())
    database = await Database.memory()
    clinic.stack.push_async_callback(database.close)
    clock = SystemClock()
    server = Server(
        inbox=Inbox(redis, redis, 8), passive=Passive(database, clock, 3), database=database, clock=clock,
        leases=Leases(redis, database, "sick", 8), metrics=Metrics(),
    )  # fmt: skip
    config = load_config(clinic.write(), os.environ)
    channels = build(config, session, redis, clock, Unkept())
    await serve(clinic, server.serving(by_path(channels)))


async def nobody(request: web.BaseRequest) -> web.Response:
    return web.Response(status=404, text="not here")


async def serve(clinic: Clinic, serving: web.Server) -> None:
    runner = await listening(serving, "127.0.0.1", clinic.port)
    clinic.stack.push_async_callback(runner.cleanup)


async def old_bot(clinic: Clinic) -> None:
    """The bot that runs knows the token of before."""
    await clinic.stack.enter_async_context(running(clinic.write(), Wiring()))
    clinic.say(APP_TOKEN="NewToken")


# The way from outside.


async def slow_gateway(clinic: Clinic) -> None:
    clinic.environ.setattr(verifier, "IN_TIME", 1.0)
    clinic.gateway.wait = 1.02


async def unknown_host(clinic: Clinic) -> None:
    clinic.write(public="http://bot.invalid")


async def closed_port(clinic: Clinic) -> None:
    clinic.write(public=f"http://127.0.0.1:{free_port()}")


async def own_certificate(clinic: Clinic) -> None:
    secure = Gateway(clinic.gateway.upstream, tls=certificate(clinic.folder))
    await clinic.stack.enter_async_context(secure)
    clinic.write(public=secure.url)


def certificate(folder: Path) -> ssl.SSLContext:
    """A server's TLS settings with a certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + datetime.timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    pkcs8 = serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


async def cut_connections(clinic: Clinic) -> None:
    clinic.gateway.silent = True


async def redirect(clinic: Clinic) -> None:
    clinic.gateway.statuses = {"GET": 301}
    clinic.gateway.location = "https://bot.example.com/"


async def shortened_path(clinic: Clinic) -> None:
    clinic.gateway.target = lambda target: target.removeprefix("/cb")


async def only_posts(clinic: Clinic) -> None:
    clinic.gateway.statuses = {"GET": 405}


async def only_gets(clinic: Clinic) -> None:
    clinic.gateway.statuses = {"POST": 405}


async def wrong_upstream(clinic: Clinic) -> None:
    clinic.gateway.upstream = f"http://127.0.0.1:{free_port()}"


async def firewall(clinic: Clinic) -> None:
    clinic.gateway.statuses = {"GET": 403, "POST": 403}


async def another_program(clinic: Clinic) -> None:
    clinic.gateway.body = lambda body: b"wecom webhook ok"


async def no_query(clinic: Clinic) -> None:
    clinic.gateway.target = lambda target: target.partition("?")[0]


async def decoded_query(clinic: Clinic) -> None:
    clinic.gateway.target = lambda target: target.replace("%2B", "+")


async def json_around(clinic: Clinic) -> None:
    clinic.gateway.body = lambda body: b'{"status":"ok","data":"' + body + b'"}'


async def quotes_around(clinic: Clinic) -> None:
    clinic.gateway.body = lambda body: b'"' + body + b'"'


async def bom(clinic: Clinic) -> None:
    clinic.gateway.body = lambda body: b"\xef\xbb\xbf" + body


async def line_break(clinic: Clinic) -> None:
    clinic.gateway.body = lambda body: body + b"\n"


async def page(clinic: Clinic) -> None:
    clinic.gateway.body = lambda body: b"<!DOCTYPE html><html><body>Are you human?</body></html>"


async def advertisement(clinic: Clinic) -> None:
    clinic.gateway.body = lambda body: body + b" <!-- served by tunnel -->"


# The API.


async def no_api(clinic: Clinic) -> None:
    clinic.write(api=f"http://127.0.0.1:{free_port()}")


async def another_api(clinic: Clinic) -> None:
    clinic.wecom.faults.fail(status=404, path="/cgi-bin/*")


async def another_company(clinic: Clinic) -> None:
    """The corp id has the right shape, but it is another company's."""
    clinic.write(corp="ww9999888877776666")


async def another_secret(clinic: Clinic) -> None:
    clinic.say(APP_SECRET="SomethingElse")


async def secret_of_another_app(clinic: Clinic) -> None:
    other = clinic.wecom.add_app("打卡", 1000007, secret="CheckInSecret")
    clinic.say(APP_SECRET=other.secret)


async def untrusted(clinic: Clinic) -> None:
    clinic.wecom.trust_only("203.0.113.9")


async def disabled_app(clinic: Clinic) -> None:
    clinic.wecom.disable_app(clinic.app)


async def invisible_app(clinic: Clinic) -> None:
    clinic.wecom.directory.hide("admin01")
    clinic.write(people="")


async def forbidden_call(clinic: Clinic) -> None:
    clinic.wecom.faults.fail(Errcode.NO_PERMISSION, path="/cgi-bin/message/send")


async def too_often(clinic: Clinic) -> None:
    clinic.wecom.faults.fail(Errcode.TOO_OFTEN, path="/cgi-bin/message/send")


async def unlisted_refusal(clinic: Clinic) -> None:
    clinic.wecom.faults.fail(301030, path="/cgi-bin/message/send")


async def wrong_clock(clinic: Clinic) -> None:
    """WeCom's clock goes right; so this machine's is late."""
    clinic.clock.advance(900)


async def stranger(clinic: Clinic) -> None:
    clinic.write(people='[[people]]\nname = "小美"\nuserid = "xiaomei"')


async def out_of_scope(clinic: Clinic) -> None:
    clinic.wecom.add_member("mei01", "小美", visible=False)
    clinic.write(people='[[people]]\nname = "小美"\nuserid = "mei01"')


BREAKS: Mapping[Break, Diagnosis] = {
    no_secret: diagnoses.SECRET_UNSET,
    quoted_secret: diagnoses.SECRET_PADDED,
    padded_key: diagnoses.SECRET_PADDED,
    secret_with_a_space_inside: diagnoses.SECRET_SHAPE,
    short_key: diagnoses.AES_KEY_LENGTH,
    key_with_an_equals_sign: diagnoses.AES_KEY_LENGTH,
    key_with_a_dash: diagnoses.AES_KEY_LETTERS,
    long_token: diagnoses.TOKEN_SHAPE,
    swapped: diagnoses.KEYS_SWAPPED,
    short_corp_id: diagnoses.CORP_ID_SHAPE,
    unknown_key: diagnoses.CONFIG_INVALID,
    no_model: diagnoses.MODEL_UNUSABLE,
    port_in_use: diagnoses.PORT_TAKEN,
    sick_bot: diagnoses.BOT_SICK,
    old_bot: diagnoses.BOT_OUTDATED,
    slow_gateway: diagnoses.ECHO_SLOW,
    unknown_host: diagnoses.PUBLIC_UNRESOLVED,
    closed_port: diagnoses.PUBLIC_UNREACHABLE,
    own_certificate: diagnoses.PUBLIC_CERTIFICATE,
    cut_connections: diagnoses.PUBLIC_SILENT,
    redirect: diagnoses.PUBLIC_REDIRECT,
    shortened_path: diagnoses.PUBLIC_PATH,
    only_posts: diagnoses.PUBLIC_METHOD_GET,
    only_gets: diagnoses.PUBLIC_METHOD_POST,
    wrong_upstream: diagnoses.PUBLIC_UPSTREAM,
    firewall: diagnoses.PUBLIC_BLOCKED,
    another_program: diagnoses.PUBLIC_ELSEWHERE,
    no_query: diagnoses.QUERY_LOST,
    decoded_query: diagnoses.QUERY_PLUS,
    json_around: diagnoses.ECHO_QUOTED,
    quotes_around: diagnoses.ECHO_QUOTED,
    bom: diagnoses.ECHO_BOM,
    line_break: diagnoses.ECHO_PADDED,
    page: diagnoses.ECHO_PAGE,
    advertisement: diagnoses.ECHO_CHANGED,
    no_api: diagnoses.API_UNREACHABLE,
    another_api: diagnoses.API_STRANGE,
    another_company: diagnoses.CORP_ID_WRONG,
    another_secret: diagnoses.SECRET_WRONG,
    secret_of_another_app: diagnoses.SECRET_OF_ANOTHER,
    untrusted: diagnoses.IP_UNTRUSTED,
    disabled_app: diagnoses.APP_DISABLED,
    invisible_app: diagnoses.APP_INVISIBLE,
    forbidden_call: diagnoses.API_FORBIDDEN,
    too_often: diagnoses.API_LIMITED,
    unlisted_refusal: diagnoses.API_REFUSED,
    wrong_clock: diagnoses.CLOCK_WRONG,
    stranger: diagnoses.MEMBER_UNKNOWN,
    out_of_scope: diagnoses.MEMBER_INVISIBLE,
}


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.__name__)
async def test_one_broken_thing_is_found_and_named(broken: Break, clinic: Clinic) -> None:
    await broken(clinic)
    assert await clinic.found() == [BREAKS[broken].code]


async def test_a_private_address_is_none_that_the_real_wecom_can_reach(clinic: Clinic) -> None:
    """The simulated WeCom could; so the API is a real one here, and out of reach."""
    clinic.write(public="http://192.168.1.10", api="http://qyapi.invalid")
    assert set(await clinic.found()) == {diagnoses.PUBLIC_PRIVATE.code, diagnoses.API_UNREACHABLE.code}


async def test_an_untrusted_address_is_shown_as_wecom_saw_it(clinic: Clinic) -> None:
    clinic.wecom.trust_only("203.0.113.9")
    status, said = await clinic.doctor("app:助手")
    assert status == 1
    assert "60020：这台机器不在可信 IP 里  企业微信看到的 IP 是 127.0.0.1" in said
    assert "看：管理后台 → 应用管理 → 该应用 → 企业可信IP" in said


async def test_the_doors_with_good_keys_are_examined_beside_a_bad_one(clinic: Clinic) -> None:
    clinic.say(APP_AES_KEY="short")
    steps = (await clinic.examine())["steps"]
    names = {step["door"]: [one["name"] for one in steps if one["door"] == step["door"]] for step in steps}
    assert names["app:助手"] == ["密钥的样子"]
    assert "URL 验证（公网）" in names["aibot:小助手"]


async def test_no_secret_is_said(clinic: Clinic) -> None:
    clinic.say(APP_TOKEN="t0ken-with-dashes", APP_AES_KEY="k3y", APP_SECRET="s3cret value")
    said = (await clinic.doctor())[1] + (await clinic.doctor("--json"))[1]
    assert not [hidden for hidden in ("t0ken", "k3y", "s3cret", clinic.bot.token, BOT_KEY) if hidden in said]


async def test_a_running_bot_is_examined_without_disturbing_it(clinic: Clinic) -> None:
    async with running(clinic.write(), Wiring()):
        report = await clinic.examine()
    assert report["ok"], report
    assert "机器人开着" in next(step["note"] for step in report["steps"] if step["name"] == "监听地址")


@pytest.mark.parametrize(
    ("broken", "code"), [(decoded_query, "query-plus"), (no_query, "query-lost"), (shortened_path, "public-path")]
)
async def test_a_gateway_is_seen_through_while_the_bot_runs(broken: Break, code: str, clinic: Clinic) -> None:
    async with running(clinic.write(), Wiring()):
        await broken(clinic)
        assert await clinic.found() == [code]
