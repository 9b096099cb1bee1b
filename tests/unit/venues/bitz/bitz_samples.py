"""Replies as the documents print them, completed where they leave something out."""

# As the documents print it, with what is missing there left out.
TICKER = {
    "contractId": "101",
    "pair": "BTC_USD",
    "min": "8550.0",
    "max": "8867.5",
    "latest": "8645.0",
    "change24h": "-0.0248",
    "amount": "286231.00",
    "volumn": "2502462.46",
    "baseAmount": "286.231 BTC",
    "quoteVolumn": "2502462.46 USDT",
    "openInterest": "10110336.00",
    "baseOpenInterest": "10110.34 BTC",
    "quoteOpenInterest": "89623073.47 USDT",
    "indexPrice": "8065.25",
    "fairPrice": "8060.09",
    "nextFundingRate": "-0.00075000",
}
ORDER = {
    "orderId": "734709",
    "contractId": "101",
    "amount": "500",
    "price": "7500.00",
    "type": "limit",
    "leverage": "10",
    "direction": "1",
    "orderStatus": "0",
    "isCross": "-1",
    "dealAmount": "0",
    "dealPrice": "0",
    "tradeFee": "0",
    "time": 1557994526,
    "updateTime": 1557994526,
}
