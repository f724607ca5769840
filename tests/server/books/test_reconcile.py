"""`hongbao reconcile`: the sample statements of the guide, with each kind of difference, and what is no statement."""

import datetime
import json
import os
import pathlib
import tempfile
import unittest

from api import Api
from flags import manual_clock
from server import Server, run_command

WECHAT_NAMES = ("交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
                "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
                "手续费,费率,订单金额,申请退款金额,费率备注")
ALIPAY_NAMES = ("支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,"
                "订单金额（元）,商家实收（元）,备注")


def wechat_row(time, reference, yuan, state="SUCCESS", refund_reference="", refund="0.00", goods="好茶"):
    fields = [time, "wx1", "10", "", "", reference, f"m-{reference}", "u", "JSAPI", state, "OTHERS", "CNY", yuan, "0.00",
              refund_reference, "", refund, "0.00", "", "", goods, "", "0.00", "0.60%", yuan, refund, ""]
    return ",".join("`" + field for field in fields)


def wechat_bill(*rows, count=None):
    return "\r\n".join((WECHAT_NAMES, *rows, "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额",
                        f"`{len(rows) if count is None else count},`0,`0,`0,`0,`0,`0", ""))


def alipay_bill(*rows):
    lines = ["#支付宝业务明细查询", "#账号：[20881]", "#-----业务明细列表-----", ALIPAY_NAMES]
    for time, reference, yuan, kind in rows:
        lines.append(f"{reference}\t,m-{reference}\t,{kind},茶,{time},{time},,,,,a@b.c,{yuan},{yuan},")
    payments = sum(row[3] == "交易" for row in rows)
    return "\r\n".join([*lines, "#-----业务明细列表结束-----", f"#交易合计：{payments}笔，商家实收共0元",
                        f"#退款合计：{len(rows) - payments}笔，商家实收退款共0元", "#导出时间：[2026年11月22日]", ""])


class Reconcile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(manual_clock())
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()
        api = Api(cls.server.port)
        cls.mei, cls.bo = api.fresh_user("mei"), api.fresh_user("bo")
        for user, amount, reference in ((cls.mei, 10_000, "good"), (cls.mei, 1_200, "differs"), (cls.mei, 77, "ours"),
                                        (cls.mei, 500, "again"), (cls.bo, 500, "again"), (cls.mei, 30, "their-twice"),
                                        (cls.mei, 5, "")):
            assert api.deposit(user, amount, reference=reference or None).status == 201
        assert api.withdraw(cls.mei, 250, reference="back").status == 201
        cls.now = api.now_ms()
        api.close()
        cls.folder = pathlib.Path(tempfile.mkdtemp())

    @classmethod
    def tearDownClass(cls):
        assert cls.server.stop() == 0
        for file in cls.folder.iterdir():
            file.unlink()
        cls.folder.rmdir()

    def time(self, shift_ms=0):
        local = datetime.datetime.fromtimestamp((self.now + shift_ms) / 1000, datetime.timezone(datetime.timedelta(hours=8)))
        return local.strftime("%Y-%m-%d %H:%M:%S")

    def run_on(self, content, *flags, encoding="utf-8"):
        path = self.folder / "bill.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return run_command("reconcile", "--gateway", path, "--data", self.server.data, *flags)

    def compared(self, content, *flags, encoding="utf-8"):
        """(classes: {word: (count, theirs, ours)}, {(class, reference)}, the whole)"""
        done = self.run_on(content, "--format", "json", *flags, encoding=encoding)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        found = json.loads(done.stdout)
        counts = {word: of["count"] for word, of in found["classes"].items() if of["count"]}
        clean = not set(counts) - {"matched"} and not found["differences"]
        self.assertEqual(0 if clean else 1, done.returncode)
        return counts, sorted((one["class"], one.get("reference", one.get("detail"))) for one in found["differences"]), found

    def rows(self):
        at = self.time()
        return [(at, "good", "100.00"), (at, "differs", "12.30"), (at, "theirs", "1.00"), (at, "again", "5.00"),
                (at, "their-twice", "0.30"), (at, "their-twice", "0.30"), (at, "back", "-2.50")]

    EXPECTED = {"matched": 4, "amount_differs": 1, "only_theirs": 1, "only_ours": 2, "twice_theirs": 1, "twice_ours": 1}
    DIFFERENCES = [("amount_differs", "differs"), ("only_ours", ""), ("only_ours", "ours"), ("only_theirs", "theirs"),
                   ("twice_ours", "again"), ("twice_theirs", "their-twice")]

    def wechat(self):
        rows = [wechat_row(at, reference, yuan) for at, reference, yuan in self.rows()[:-1]]
        return wechat_bill(*rows, wechat_row(self.time(), "paid", "0.00", "REFUND", "back", "2.50"))

    def test_each_kind_of_difference_in_a_bill_of_wechat(self):
        for encoding in ("utf-8", "utf-8-sig", "gbk", "gb18030"):
            with self.subTest(encoding):
                counts, differences, found = self.compared(self.wechat(), encoding=encoding)
                self.assertEqual(self.EXPECTED, counts)
                self.assertEqual(self.DIFFERENCES, differences)
                self.assertIn("交易账单", found["statement"]["layout"])
        differs = found["classes"]["amount_differs"]
        self.assertEqual((1_230, 1_200), (differs["theirs_fen"], differs["ours_fen"]))

    def test_a_payment_whose_goods_sound_like_a_fee_is_a_payment(self):
        bill = wechat_bill(wechat_row(self.time(), "good", "100.00", goods="手续费 REVOKED"))
        counts, _, found = self.compared(bill)
        self.assertEqual(1, counts["matched"])
        self.assertEqual(0, found["statement"]["left_out"])

    def test_the_funds_of_wechat_without_its_fees(self):
        names = ("记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,"
                 "业务凭证号")
        rows = [(ref, "交易", kind, yuan, note) for ref, _, kind, yuan, note in (
            ("good", "", "收入", "100.00", "含手续费"), ("back", "", "支出", "2.50", ""))]
        rows.append(("good", "扣除交易手续费", "支出", "0.60", ""))
        lines = [",".join("`" + field for field in (self.time(), ref, "f", "业务", business, kind, yuan, "0.00", "system", note, "v"))
                 for ref, business, kind, yuan, note in rows]
        bill = "\r\n".join((names, *lines, "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额", "`3,`1,`100.00,`2,`3.10", ""))
        counts, _, found = self.compared(bill, encoding="gbk")
        self.assertEqual((2, 1, 0), (counts["matched"], found["statement"]["left_out"], found["statement"]["bad_lines"]))
        self.assertIn("资金账单", found["statement"]["layout"])

    def test_the_funds_of_alipay_without_its_fees(self):
        names = ("账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注")
        lines = ["#支付宝账务明细查询", "#-----账务明细列表-----", names]
        for ref, credit, debit, kind, note in (("good", "100.00", "", "在线支付", "含服务费"), ("back", "", "-2.50", "转账", ""),
                                               ("good", "", "-0.60", "收费", "")):
            lines.append(f"a\t,{ref}\t,m\t,茶,{self.time()},a@b.c,{credit},{debit},0.00,支付宝,{kind},{note}")
        bill = "\r\n".join([*lines, "#-----账务明细列表结束-----", "#支出合计：2笔，共-3.10元", "#收入合计：1笔，共100.00元",
                            "#导出时间：[2026年11月22日]", ""])
        counts, _, found = self.compared(bill, encoding="gbk")
        self.assertEqual((2, 1, 0), (counts["matched"], found["statement"]["left_out"], found["statement"]["bad_lines"]))
        self.assertIn("账务明细", found["statement"]["layout"])

    def test_each_kind_of_difference_in_a_bill_of_alipay(self):
        bill = alipay_bill(*((at, reference, yuan, "退款" if yuan.startswith("-") else "交易")
                             for at, reference, yuan in self.rows()))
        for encoding in ("gbk", "utf-8"):
            counts, differences, found = self.compared(bill, encoding=encoding)
            self.assertEqual((self.EXPECTED, self.DIFFERENCES), (counts, differences))
            self.assertIn("业务明细", found["statement"]["layout"])

    def test_columns_by_name_in_yuan_and_in_fen_with_refunds_of_their_own(self):
        yuan = "no,sum,back,at\n" + "".join(
            f'{reference},{"" if amount.startswith("-") else amount},{amount[1:] if amount.startswith("-") else ""},{at}\n'
            for at, reference, amount in self.rows())
        flags = ("--reference-column", "no", "--amount-column", "sum", "--refund-column", "back", "--time-column", "at")
        self.assertEqual(self.EXPECTED, self.compared(yuan, *flags, "--amounts", "yuan")[0])
        fen = "no;sum_fen\n" + "".join(f'{reference};{amount.replace(".", "").lstrip("0")}\n'
                                       for _, reference, amount in self.rows())
        flags = ("--reference-column", "no", "--amount-column", "sum_fen", "--separator", ";")
        self.assertEqual(self.EXPECTED, self.compared(fen, *flags)[0])

    def test_the_table_and_csv_say_the_same(self):
        table = self.run_on(self.wechat())
        self.assertEqual(1, table.returncode)
        self.assertRegex(table.stdout, r"matched +4 +102.80 +102.80 +0.00")
        self.assertRegex(table.stdout, r"amount_differs  differs  line 3: 12.30  trade \d+: 12.00")
        lines = self.run_on(self.wechat(), "--format", "csv").stdout.splitlines()
        self.assertEqual("class,reference,statement_line,statement_at,statement_fen,trade_no,journal_at,journal_fen,detail",
                         lines[0])
        self.assertEqual(sorted(word for word, _ in self.DIFFERENCES), sorted(line.split(",")[0] for line in lines[1:]))

    def test_what_all_match_has_status_0(self):
        bill = wechat_bill(wechat_row(self.time(), "good", "100.00"))
        far = self.time(-40 * 86_400_000)[:10]
        done = self.run_on(bill, "--from", far, "--to", far)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertIn("left out, of another time: 1", done.stdout)

    def test_no_line_is_dropped_in_silence(self):
        rows = [wechat_row(self.time(), "good", "100.00"), wechat_row(self.time(), "x", "1.234"), "`too,`short",
                wechat_row("yesterday", "y", "1.00"), wechat_row(self.time(), "", "1.00"),
                wechat_row(self.time(), "differs", "12.00", goods='5" tea, "green"'), wechat_row(self.time(), "ours", "0.77")]
        counts, differences, found = self.compared(wechat_bill(*rows))
        self.assertEqual(3, counts["matched"])
        bad = {one["line"]: one["detail"] for one in found["differences"] if one["class"] == "bad_line"}
        self.assertEqual([3, 4, 5, 6], sorted(bad))
        for line, words in ((3, "1.234"), (4, "2 fields instead of 27"), (5, "no time"), (6, "it has no 微信订单号")):
            self.assertIn(words, bad[line])
        self.assertEqual(4, found["statement"]["bad_lines"])
        self.assertNotIn("not_whole", {word for word, _ in differences})

    def test_a_quotation_that_never_ends_spoils_its_own_line_alone(self):
        text = 'no,sum,note\ngood,100.00,"one\nline, two"\ndiffers,12.00,"never ends\nours,0.77,x\n'
        flags = ("--reference-column", "no", "--amount-column", "sum", "--amounts", "yuan")
        counts, differences, found = self.compared(text, *flags)
        self.assertEqual(2, counts["matched"])
        self.assertEqual([(4, "a quotation never ends")], [(one["line"], one["detail"]) for one in found["differences"]
                                                           if one["class"] == "bad_line"])

    def test_a_file_that_was_cut_short_is_noticed(self):
        whole = self.wechat()
        for cut in (whole[:whole.index("总交易单数")], wechat_bill(wechat_row(self.time(), "good", "100.00"), count=2)):
            self.assertIn("not_whole", {word for word, _ in self.compared(cut)[1]})

    def test_what_happened_right_beside_the_times_still_matches(self):
        day = self.time()[:10]
        bill = wechat_bill(wechat_row(self.time(-86_400_000), "good", "100.00"))
        self.assertNotIn(("only_ours", "good"), self.compared(bill, "--from", day, "--to", day, "--slack", "48h")[1])
        self.assertIn(("only_ours", "good"), self.compared(bill, "--from", day, "--to", day, "--slack", "0s")[1])

    def test_bad_usage_has_status_2_and_says_what_is_right(self):
        good = self.wechat()
        for content, flags, words in ((good, ("--from", "21.11."), "it must be a day"),
                                      (good, ("--from", "2026-11-22", "--to", "2026-11-21"), "is not before"),
                                      (good, ("--reference-column", "nobody"), "no such column"),
                                      (good, ("--layout", "alipay"), "no row names columns"),
                                      (good, ("--slack", "soon"), "like 90d"),
                                      ("a,b\n1,2\n", (), "--reference-column"),
                                      ("no,sum\n1,2\n", ("--reference-column", "no", "--amount-column", "sum"), "--amounts fen"),
                                      (b"\xff\xfea\x00", (), "UTF-16"), (b"PK\x03\x04", (), "workbook"), ("", (), "no row")):
            with self.subTest(words):
                done = self.run_on(content, *flags)
                self.assertEqual((2, ""), (done.returncode, done.stdout), done.stderr)
                self.assertIn(words, done.stderr)
        missing = run_command("reconcile", "--gateway", self.folder / "none.csv", "--data", self.server.data)
        self.assertEqual(2, missing.returncode)
        self.assertEqual(2, run_command("reconcile", "--gateway", self.folder / "bill.csv",
                                        "--data", self.folder / "nowhere").returncode)

    def test_an_output_file_is_whole_or_as_it_was(self):
        report = self.folder / "report.csv"
        report.write_text("before")
        done = self.run_on("nothing", "--output", report)
        self.assertEqual((2, "before"), (done.returncode, report.read_text()))
        done = self.run_on(self.wechat(), "--format", "csv", "--output", report)
        self.assertEqual((1, ""), (done.returncode, done.stdout))
        self.assertIn("twice_theirs", report.read_text())
        self.assertEqual({"bill.csv", "report.csv"}, set(os.listdir(self.folder)))
        report.unlink()
        self.assertEqual(2, self.run_on(self.wechat(), "--output", "/dev/null").returncode)


if __name__ == "__main__":
    unittest.main()
