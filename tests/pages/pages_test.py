#!/usr/bin/env python3
"""Opens reports in Chromium: pages_test.py MAKE_PAGES MNIST_FOLDER

Light and dark, on a desk and on a telephone: all parts are there and drawn, the numbers come under the cursor, no script
fails, nothing is loaded, and nothing is wider than the screen.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

MAKE_PAGES, MNIST = sys.argv[1:3]
PARTS = ["diagnosis", "curves", "confusion", "mistakes", "weights", "model", "reproduce"]
BLANK_CANVASES = """
return [...document.querySelectorAll("canvas")].filter((canvas) => {
  if (canvas.closest("details:not([open])")) return false;
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  for (let i = 4; i < data.length; ++i) if (data[i] !== data[i % 4]) return false;
  return true;
}).map((canvas) => canvas.id || canvas.getAttribute("aria-label"));
"""


def browser():
    options = Options()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=en"):
        options.add_argument(argument)
    options.binary_location = "/usr/bin/chromium"
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        made = subprocess.run([MAKE_PAGES, str(cls.folder), MNIST], check=True, capture_output=True, text=True)
        cls.third_val_loss = float(made.stdout)
        cls.driver = browser()

    @classmethod
    def tearDownClass(cls):
        cls.driver.quit()
        cls.temporary.cleanup()

    def open(self, name, width=1280, scheme="light"):
        command = self.driver.execute_cdp_cmd
        command("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        command("Emulation.setDeviceMetricsOverride",
                {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
        for log in ("browser", "performance"):
            self.driver.get_log(log)  # what came before
        self.driver.get((self.folder / name).as_uri())

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def check_calm(self, name):
        """No complaint of the browser, and no request but for the page itself."""
        self.assertEqual([entry["message"] for entry in self.driver.get_log("browser")], [], name)
        page = (self.folder / name).as_uri()
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                self.assertTrue(url == page or url.startswith("data:"), url)

    def test_every_part_is_there_at_every_size_and_in_both_schemes(self):
        for name in ("digits_en.html", "digits_zh.html"):
            for width in (1280, 375):
                for scheme in ("light", "dark"):
                    with self.subTest(name=name, width=width, scheme=scheme):
                        self.open(name, width, scheme)
                        for part in PARTS:
                            self.assertGreater(len(self.find(f"#{part}").text), 30, part)
                        self.assertEqual(self.script(BLANK_CANVASES), [])
                        self.assertLessEqual(self.script("return document.documentElement.scrollWidth"), width)
                        self.assertEqual(self.script("return document.documentElement.dataset.theme"), scheme)
                        self.assertEqual(len(self.driver.find_elements(By.CSS_SELECTOR, "#confusion .confusion td")), 100)
                        self.assertEqual(len(self.driver.find_elements(By.CSS_SELECTOR, ".mistake")), 24)
                        self.assertEqual(len(self.driver.find_elements(By.CSS_SELECTOR, ".unit canvas")), 24)
                        self.check_calm(name)

    def test_every_text_is_in_the_language_of_the_page(self):
        self.open("digits_zh.html")
        self.assertEqual(self.script("return document.documentElement.lang"), "zh-CN")
        for heading in self.driver.find_elements(By.CSS_SELECTOR, "h2, h3"):
            if heading.is_displayed() and not heading.find_elements(By.XPATH, "ancestor::*[contains(@class, 'mistake')]"):
                self.assertRegex(heading.text, "[\u4e00-\u9fff]")
        # a key stands where a text is missing
        self.assertNotRegex(self.find("main").text, r"\b(fact|confusion|mistake|weights|environment|theme|metric)_[a-z]+")

    def test_the_cursor_shows_the_numbers(self):
        self.open("digits_en.html")
        canvas = self.find("#chart-loss")
        self.script("arguments[0].scrollIntoView({block: 'center'})", canvas)
        x, y = self.script("""const chart = Chart.getChart("chart-loss"), point = chart.getDatasetMeta(1).data[2];
            return [Math.round(point.x - chart.width / 2), Math.round(point.y - chart.height / 2)];""")
        ActionChains(self.driver).move_to_element_with_offset(canvas, x, y).perform()
        tip = self.script("""const {tooltip} = Chart.getChart("chart-loss");
            return [tooltip.opacity, ...tooltip.title, ...tooltip.body.flatMap(({lines}) => lines)];""")
        self.assertEqual(tip[:2], [1, "Epoch 3"])
        self.assertEqual(tip[3], f"Validation: {float(f'{self.third_val_loss:.4g}'):g}")

    def test_arrow_keys_read_the_numbers(self):
        self.open("digits_en.html")
        canvas = self.find("#chart-accuracy")
        canvas.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
        spoken = self.script("return arguments[0].closest('figure').querySelector('[aria-live]').textContent", canvas)
        self.assertRegex(spoken, r"^Epoch 2, Training \d+\.\d\d %, Validation \d+\.\d\d %$")
        rows = self.script("""const rows = document.querySelectorAll("#curves figure")[1].querySelectorAll("tbody tr");
            return [...rows].map((row) => [...row.children].map((cell) => cell.textContent).join(", "));""")
        self.assertEqual(len(rows), 5)
        self.assertEqual(spoken.replace("Epoch ", "").replace("Training ", "").replace("Validation ", ""), rows[1])

    def test_confusion_speaks(self):
        self.open("digits_en.html")
        cell = self.driver.find_elements(By.CSS_SELECTOR, "#confusion .confusion tbody td")[11]
        self.script("arguments[0].scrollIntoView({block: 'center'})", cell)
        ActionChains(self.driver).move_to_element(cell).perform()
        sentence = self.find("#confusion .spoken")
        self.assertRegex(sentence.text, r"^\d+ of \d+ samples of “1” are recognized \(\d+\.\d %\)\.$")
        self.script("arguments[0].focus()", cell)
        self.driver.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
        self.assertRegex(sentence.text, r"^“1” is taken for “2” \d+ times")
        ActionChains(self.driver).move_to_element(self.find("#confusion .confusion tbody th")).perform()
        self.assertRegex(sentence.text, r"recall.*precision")

    def test_the_scheme_can_be_chosen(self):
        self.open("digits_en.html", scheme="light")
        self.find(".theme label:nth-of-type(3)").click()
        self.assertEqual(self.script("return document.documentElement.dataset.theme"), "dark")
        self.assertEqual(self.script(BLANK_CANVASES), [])
        self.open("digits_en.html", scheme="light")  # it is remembered
        self.assertEqual(self.script("return document.documentElement.dataset.theme"), "dark")
        self.find(".theme label:nth-of-type(1)").click()
        self.assertEqual(self.script("return document.documentElement.dataset.theme"), "light")

    def test_the_command_stands_there_as_a_shell_takes_it(self):
        self.open("digits_en.html")
        self.assertEqual(self.find("#reproduce pre").text, "linnet train mnist --name 'my digits'")

    def test_prints_light(self):
        self.open("digits_en.html", scheme="dark")
        self.script("window.dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(self.script("return document.documentElement.dataset.theme"), "light")
        self.assertEqual(self.script(BLANK_CANVASES), [])
        self.script("window.dispatchEvent(new Event('afterprint'))")
        self.assertEqual(self.script("return document.documentElement.dataset.theme"), "dark")

    def test_names_are_names(self):
        self.open("hostile.html", 375)
        self.assertEqual(self.script("return typeof hacked"), "undefined")
        self.assertIn("</script><script>hacked = true</script><b>&amp;", self.find("h1").text)
        self.assertEqual(self.script("return document.images.length"), 0)
        self.assertLessEqual(self.script("return document.documentElement.scrollWidth"), 375)
        self.check_calm("hostile.html")

    def test_a_regression(self):
        for width in (1280, 375):
            self.open("line.html", width)
            for part in ("diagnosis", "curves", "regression", "weights", "model", "reproduce"):
                self.assertGreater(len(self.find(f"#{part}").text), 30, part)
            self.assertIn("depth", self.find("#weights tbody tr").text)
            self.assertEqual(self.script(BLANK_CANVASES), [])
            self.assertLessEqual(self.script("return document.documentElement.scrollWidth"), width)
            self.check_calm("line.html")

    def test_a_training_that_failed(self):
        self.open("failed.html")
        self.assertEqual(self.script("return document.querySelector('[data-verdict]').dataset.verdict"), "diverged")
        self.assertIn("not finite", self.find("#diagnosis").text)
        self.check_calm("failed.html")

    def test_curves(self):
        for width in (1280, 375):
            self.open("curves.html", width, "dark")
            self.assertEqual(self.script(BLANK_CANVASES), [])
            self.assertEqual(len(self.driver.find_elements(By.CSS_SELECTOR, "#curves figure:first-child .legend button")), 4)
            self.assertLessEqual(self.script("return document.documentElement.scrollWidth"), width)
            self.find("#curves .legend button").click()
            self.assertFalse(self.script("return Chart.getChart('chart-loss').isDatasetVisible(0)"))
            self.check_calm("curves.html")

    def scores(self):
        return [row.find_elements(By.CSS_SELECTOR, "td")[0].text for row in self.driver.find_elements(By.CSS_SELECTOR, "#trials tbody tr")]

    def test_a_search_at_every_size_and_in_both_schemes(self):
        for name in ("search_en.html", "search_zh.html"):
            for width in (1280, 375):
                for scheme in ("light", "dark"):
                    with self.subTest(name=name, width=width, scheme=scheme):
                        self.open(name, width, scheme)
                        self.assertEqual(len(self.driver.find_elements(By.CSS_SELECTOR, "#trials tbody tr")), 13)
                        self.assertEqual(len(self.driver.find_elements(By.CSS_SELECTOR, "#parameters figure")), 4)
                        self.assertEqual(self.script(BLANK_CANVASES), [])
                        self.assertLessEqual(self.script("return document.documentElement.scrollWidth"), width)
                        self.assertNotRegex(self.find("main").text, r"\btuning_[a-z]+")
                        self.check_calm(name)

    def test_a_search_sorts(self):
        self.open("search_en.html")
        self.assertEqual(self.scores()[0], "98.20 %")
        self.assertEqual(self.find("tr.best td").text, "98.20 %")
        self.assertEqual(self.find("tr.baseline td").text, "97.00 %")
        self.assertIn("+1.20 points", self.find(".facts").text)
        self.assertEqual(self.scores()[-1], "failed")
        headings = lambda: self.driver.find_elements(By.CSS_SELECTOR, "#trials .sort")
        headings()[1].click()
        self.assertEqual(self.scores()[0], "11.00 %")
        self.assertEqual(self.scores()[-1], "failed")
        self.assertEqual(self.driver.switch_to.active_element, headings()[1])
        headings()[0].click()
        self.assertEqual(self.find("#trials tbody th").text, "00")
        # the trial far below stands at the edge of the charts
        far = self.script("return Chart.getChart('chart-trial').data.datasets[2].data.map(({trial, y}) => [trial.name, y])")
        self.assertEqual([name for name, y in far], ["03"])
        self.assertGreater(far[0][1], 0.9)

    def test_a_search_with_names_that_are_names(self):
        self.open("search_hostile.html", 375)
        self.assertEqual(self.script("return typeof hacked"), "undefined")
        self.assertEqual(self.script("return document.images.length"), 0)
        self.assertLessEqual(self.script("return document.documentElement.scrollWidth"), 375)
        self.check_calm("search_hostile.html")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
