"""10,000 orders whose logs fail to upload three times in ten, and a program that is killed in the middle of it."""

import asyncio
from collections import Counter, defaultdict
from dataclasses import replace
from random import Random

from helpers.builders import make_decision, make_terms
from helpers.fake_chance import SeededChance
from simulation.storm_journal import Bad, MemoryDisk
from simulation.virtual_time import OperatorClock, VirtualLoop
from terminal.domain.ai_log import AiLogState, upload_body
from terminal.domain.capabilities import FULL_CAPABILITIES
from terminal.domain.errors import OutcomeUnknown, RateLimited, VenueUnavailable
from terminal.domain.order import Order, OrderEvent, OrderState, Origin
from terminal.domain.records import AiLogAttempted, AiLogFrozen, AiLogLinked, IntentCommitted
from terminal.ports.venue import LogReceipt
from terminal.services.ai_logs.content import Audit, ProgramMark, decision_content, freeze
from terminal.services.ai_logs.outbox import AiLogOutbox
from terminal.services.journal_writer import JournalWriter
from terminal.services.orders.ledger import OrderLedger
from terminal.services.reporter import Reporter
from terminal.services.trading_switch import TradingSwitch

ORDERS = 10_000
FAILING = 0.30
KILLS = 60
START_MS = 1_760_000_400_000


class ForgetfulVenue:
    """Takes orders and logs; three uploads in ten go wrong, on the way there or on the way back."""

    is_simulated = False
    keeps_account = True
    capabilities = FULL_CAPABILITIES

    def __init__(self, random: Random) -> None:
        self.random = random
        self.orders: dict[str, str] = {}  # client id: venue id
        self.arrived: dict[str, list[bytes]] = defaultdict(list)  # venue id: accepted bodies
        self.failed = Counter()
        self._by_id: set[str] = set()

    def take_order(self, client_order_id: str) -> str:
        venue_order_id = str(596_471_064_624_000_000 + len(self.orders))
        assert client_order_id not in self.orders
        self.orders[client_order_id] = venue_order_id
        self._by_id.add(venue_order_id)
        return venue_order_id

    async def upload_ai_log(self, body: bytes) -> LogReceipt:
        await asyncio.sleep(self.random.uniform(0.002, 0.02))
        how = self.random.choice(("lost", "late", "slow down", "no")) if self.random.random() < FAILING else ""
        self.failed[how] += 1
        if how == "lost":
            raise VenueUnavailable("connection reset")
        if how == "slow down":
            raise RateLimited("slow down", retry_after_s=self.random.uniform(1, 4))
        if how == "no":
            return LogReceipt(accepted=False, code="40015", message="system error", permanent=False)
        order_id = body[len(b'{"orderId":') : body.index(b",")].decode()
        assert order_id in self._by_id, "a log for an order that does not exist"
        self.arrived[order_id].append(body)
        await asyncio.sleep(self.random.uniform(0.002, 0.02))
        if how == "late":
            raise OutcomeUnknown("no answer within 10 s")
        return LogReceipt(accepted=True, code="00000", message="upload success", permanent=False)


class Program:
    """One run: journal, ledger, outbox. `die` leaves nothing behind but the disk."""

    def __init__(self, journal, venue: ForgetfulVenue, clock: OperatorClock, seed: int) -> None:
        self.journal, self.venue, self.clock, self.chance = journal, venue, clock, SeededChance(seed)
        self.writer = JournalWriter(journal, clock, lambda _words: None)
        reporter = Reporter(lambda _event: None, self.writer, clock)
        switch = TradingSwitch(lambda _event: None, reporter)
        self.ledger = OrderLedger(self.writer, clock, switch, reporter, lambda _event: None)
        self.outbox = AiLogOutbox(venue, self.writer, clock, self.chance, switch, reporter, lambda _event: None)
        self.ledger.listeners.append(self.outbox.on_order)
        self.tasks: list[asyncio.Task] = []

    async def start(self) -> None:
        """Take in what is on disk; what the venue knows and we do not is linked now."""
        kept = await self.journal.load()
        self.ledger.restore(kept.orders, kept.fills, kept.signed_at_ms)
        self.outbox.restore(kept.ai_logs)
        self.tasks = [asyncio.ensure_future(self.writer.run()), asyncio.ensure_future(self.outbox.run())]
        for order in tuple(self.ledger.orders.values()):
            if order.state is not OrderState.SUBMITTING:
                self.outbox.on_order(order)
                continue
            self.ledger.move(order, OrderEvent.UNCLEAR)
            self.acknowledge(order, self.venue.orders.get(order.client_order_id))

    async def trade(self, first: int, orders: int) -> None:
        """Freeze a log, commit the intent, send, hear the answer: once for every number left."""
        for number in range(first, orders):
            decision = make_decision(f"d{number}")
            order = Order(f"c{number}", make_terms(), Origin.AI, f"d{number}", OrderState.SUBMITTING, START_MS)
            content = decision_content(decision, order.terms, Audit(self.writer.head, ProgramMark("storm")))
            log = freeze(f"log-{number}", f"d{number}", f"c{number}", content, AiLogState.WAITING, self.clock.now_ms())
            await self.writer.commit(AiLogFrozen(log), IntentCommitted(order, "/order", b"{}", START_MS))
            self.outbox.add(log)
            self.ledger.put(order)
            if number % 50 == 0:
                await asyncio.sleep(0.01)  # on its way: a kill here finds an order nobody received
            venue_order_id = self.venue.take_order(f"c{number}")
            if number % 7 == 0:
                await asyncio.sleep(0.01)  # received, but the answer is still on its way
            self.acknowledge(order, venue_order_id)

    def acknowledge(self, order: Order, venue_order_id: str | None) -> None:
        if venue_order_id is None:
            self.ledger.move(order, OrderEvent.ABSENT)
            return
        present = self.ledger.orders[order.client_order_id]
        self.ledger.put(replace(present, venue_order_id=venue_order_id))
        self.ledger.move(present, OrderEvent.ACK)

    async def die(self) -> None:
        self.journal.dead = True
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)


async def storm(loop: VirtualLoop, seed: int, orders: int, most_kills: int) -> tuple[MemoryDisk, ForgetfulVenue, int]:
    random = Random(seed)  # noqa: S311 - a storm must be the same again
    disk, clock = MemoryDisk(), OperatorClock(loop, START_MS)
    venue, kills = ForgetfulVenue(random), 0
    while True:
        journal = await disk.open(loop, Bad(random), clock.now_ms)
        program = Program(journal, venue, clock, seed + kills)
        await program.start()
        program.tasks.append(asyncio.ensure_future(program.trade(disk.count(IntentCommitted), orders)))
        ends_s = loop.time() + random.uniform(0.5, 7.0) if kills < most_kills else float("inf")
        while loop.time() < ends_s and not finished(program, disk, orders):  # noqa: ASYNC110 - the kill comes at a drawn time
            await asyncio.sleep(min(5.0, max(0.001, ends_s - loop.time())))
        over = finished(program, disk, orders)
        await program.die()
        if over:
            return disk, venue, kills
        kills += 1


def finished(program: Program, disk: MemoryDisk, orders: int) -> bool:
    for task in program.tasks:
        if task.done() and not task.cancelled():
            task.result()  # a service that broke down must not be waited for
    made = program.tasks[-1].done() and disk.count(IntentCommitted) == orders
    return made and not any(log.is_open for log in program.outbox.logs.values())


def run(seed: int, orders: int, kills: int) -> tuple[MemoryDisk, ForgetfulVenue, int]:
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(storm(loop, seed, orders, kills))
    finally:
        loop.close()


def test_risk_8_10_000_logs_with_failing_uploads_and_kills_leave_no_gap_and_no_changed_byte():
    disk, venue, kills = run(11, ORDERS, KILLS)
    frozen = {record.log.log_id: record.log for record in disk.disk.of(AiLogFrozen)}
    links = disk.disk.of(AiLogLinked)
    assert kills == KILLS
    assert sum(venue.failed[how] for how in ("lost", "late", "slow down", "no")) > 0.25 * ORDERS
    assert len(venue.orders) > 0.99 * ORDERS

    # Every order at the venue has exactly one linked order log, and no log serves two orders.
    of_order = Counter(link.venue_order_id for link in links)
    assert of_order == Counter(dict.fromkeys(venue.orders.values(), 1))
    assert len({link.log_id for link in links}) == len(links)
    named = {frozen[link.log_id].client_order_id: link.venue_order_id for link in links}
    assert named == venue.orders

    # Every accepted upload is byte for byte what was stored, and all are there at least once.
    stored = {link.venue_order_id: link.body for link in links}
    assert set(venue.arrived) == set(stored)
    assert all(body == stored[order_id] for order_id, bodies in venue.arrived.items() for body in bodies)
    for link in links:
        assert link.body == upload_body(frozen[link.log_id].content, link.venue_order_id)

    # No upload left without its attempt on disk.
    attempts = Counter(record.log_id for record in disk.disk.of(AiLogAttempted))
    of_log = {link.venue_order_id: link.log_id for link in links}
    assert all(len(bodies) <= attempts[of_log[order_id]] for order_id, bodies in venue.arrived.items())


def test_the_storm_is_the_same_for_the_same_seed():
    first, second = run(3, 300, 5), run(3, 300, 5)
    assert first[0].disk.records == second[0].disk.records
    assert first[1].arrived == second[1].arrived
