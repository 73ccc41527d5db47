// SPDX-License-Identifier: GPL-3.0-or-later

extension Phrase {
    static let console = Phrase("Bluezone – Trang cán bộ y tế", "Bluezone – health officials")
    static let skip = Phrase("Đến nội dung", "Skip to content")
    static let pages = Phrase("Các trang", "Pages")
    static let signOut = Phrase("Đăng xuất", "Sign out")
    static let signIn = Phrase("Đăng nhập", "Sign in")
    static let name = Phrase("Tên đăng nhập", "Name")
    static let password = Phrase("Mật khẩu", "Password")
    static let signInHint = Phrase(
        "Chỉ dành cho cán bộ được cấp tài khoản. Mọi thao tác đều được ghi lại.",
        "For officials with an account only. Every action is recorded.")

    static let issue = Phrase("Cấp mã", "Issue a code")
    static let issueIntro = Phrase(
        "Cấp mã cho người được xác nhận là F0 hoặc F1, để người đó tự quyết định gửi khóa từ thiết bị của mình. Không nhập tên, "
            + "số điện thoại hay địa chỉ của ai.",
        "For somebody confirmed as F0 or F1, who then decides to send the keys of his device. Nobody's name, telephone number or "
            + "address is entered.")
    static let caseClass = Phrase("Phân loại", "Class")
    static let f0Test = Phrase("F0 – xét nghiệm dương tính", "F0 – positive test")
    static let f0Doctor = Phrase("F0 – bác sĩ chẩn đoán", "F0 – a doctor's diagnosis")
    static let f1 = Phrase("F1 – tiếp xúc với F0", "F1 – contact of an F0")
    static let symptomDate = Phrase("Ngày có triệu chứng đầu tiên (nếu có)", "Date of the first symptoms (if any)")
    static let testDate = Phrase("Ngày xét nghiệm (nếu có)", "Date of the test (if any)")
    static let province = Phrase("Tỉnh, thành phố", "Province")
    static let country = Phrase("Cả nước", "The whole country")
    static let issueButton = Phrase("Cấp mã", "Issue the code")
    static let yourCode = Phrase("Mã xác nhận", "Verification code")
    static let goodUntil = Phrase("Có hiệu lực đến", "Good until")
    static let longCode = Phrase(
        "Mã dài, khi không thể đọc mã ngắn ngay", "Long code, if the short one cannot be used at once")
    static let shownOnce = Phrase(
        "Mã chỉ hiện một lần và không được lưu lại. Chỉ đọc cho đúng người được xác nhận; mỗi mã dùng được một lần.",
        "The code is shown this once and kept nowhere. Tell it to the confirmed person alone; it can be used once.")
    static let number = Phrase("Số phiếu", "Reference")
    static let another = Phrase("Cấp mã khác", "Issue another")

    static let publishing = Phrase("Gửi khóa theo ngày", "Publishing by day")
    static let publishingIntro = Phrase(
        "Số lần thiết bị gửi khóa mỗi ngày (giờ UTC). Chỉ có con số: không biết ai gửi và khóa nào đi cùng nhau.",
        "How often devices published keys, a day of UTC. Numbers only: nobody knows who did, or which keys came together."
    )
    static let day = Phrase("Ngày", "Day")
    static let total = Phrase("Tổng", "Total")

    static let batches = Phrase("Các đợt công bố", "Batches published")
    static let batchesIntro = Phrase(
        "Số khóa chưa kể khóa đệm. Tệp đã công bố không bao giờ thay đổi.",
        "Keys without padding. A file that was published never changes.")
    static let region = Phrase("Vùng", "Region")
    static let format = Phrase("Định dạng", "Format")
    static let window = Phrase("Khoảng thời gian", "Window")
    static let keys = Phrase("Khóa", "Keys")
    static let files = Phrase("Tệp", "Files")
    static let finished = Phrase("Công bố lúc", "Published at")
    static let underWay = Phrase("đang làm", "under way")
    static let noBatches = Phrase("Chưa có đợt nào.", "No batch yet.")

    static let adoption = Phrase("Độ phủ", "Adoption")
    static let adoptionIntro = Phrase(
        "Hệ thống có hiệu quả khi khoảng 30 % dân số tham gia. Thanh dọc đánh dấu mức 30 %.",
        "The system works from about 30 % of the population on. The upright line marks 30 %.")
    static let population = Phrase("Dân số", "Population")
    static let devices = Phrase("Thiết bị", "Devices")
    static let share = Phrase("Tỷ lệ", "Share")
    static let asOf = Phrase("Tính đến", "As of")
    static let reported = Phrase("Báo cáo", "Reported")
    static let counted = Phrase("Thiết bị tự đếm", "Counted themselves")
    static let reached = Phrase("đạt", "reached")
    static let missing = Phrase("còn thiếu", "short of it by")
    static let sources = Phrase("Nguồn dân số", "Sources of the populations")
    static let countsNote = Phrase(
        "“Báo cáo” là con số do cán bộ nhập. “Thiết bị tự đếm” là số thiết bị đã đồng ý gửi một lượt đếm ẩn danh trong tuần: thấp "
            + "hơn thực tế, và ai cũng có thể gửi nhiều lượt.",
        "“Reported” was entered by officials. “Counted themselves” are devices whose owners agreed to send one anonymous count a "
            + "week: fewer than there are, and anybody could send many.")
    static let noFigures = Phrase("Chưa có số liệu", "No figures yet")
    static let enterCounts = Phrase("Nhập số liệu báo cáo", "Enter reported counts")
    static let rows = Phrase("Mỗi dòng: tỉnh, ngày, số thiết bị", "A line each: province, date, devices")
    static let rowsHint = Phrase("Ví dụ: VN-04,2020-12-31,72636", "For instance: VN-04,2020-12-31,72636")
    static let enter = Phrase("Nhập", "Enter")
    package static let entered = Phrase("Số dòng đã nhập", "Lines entered")

    static let report = Phrase("Báo cáo tuần", "Weekly report")
    static let week = Phrase("Tuần", "Week")
    static let before = Phrase("Tuần trước", "Week before")
    static let after = Phrase("Tuần sau", "Week after")
    static let asCSV = Phrase("Tải CSV", "Download CSV")
    static let print = Phrase("Để in: dùng chức năng in của trình duyệt.", "To print, use the browser's print command.")
    static let what = Phrase("Nội dung", "Figure")
    static let codesF0 = Phrase("Mã đã cấp cho F0", "Codes issued for F0")
    static let codesF1 = Phrase("Mã đã cấp cho F1", "Codes issued for F1")
    static let publishedF0 = Phrase("Lượt gửi khóa của F0", "Publications by F0")
    static let publishedF1 = Phrase("Lượt gửi khóa của F1", "Publications by F1")
    static let batchCount = Phrase("Đợt công bố", "Batches published")
    static let keyCount = Phrase("Khóa đã công bố trong các đợt", "Keys in the batches")
    static let source = Phrase("Nguồn", "Source")
    static let note = Phrase("Ghi chú", "Note")
    static let sourceLog = Phrase("nhật ký của máy chủ", "the server's audit log")
    static let sourcePublishes = Phrase("máy chủ đếm từng lượt gửi", "the server, at each publication")
    static let sourceBatches = Phrase("các đợt của máy chủ", "the server's batches")
    static let sourceKeys = Phrase("các đợt của máy chủ, chưa kể khóa đệm", "the server's batches, without padding")
    static let fewNote = Phrase(
        "“< 10” là từ một đến chín thiết bị tự đếm: không ghi số chính xác và tỷ lệ, để không ai bị nhận ra.",
        "“< 10” stands for one to nine devices that counted themselves: the number and its share are left out, so that nobody is "
            + "recognised by them.")
    static let shareNote = Phrase(
        "Tỷ lệ tính theo số báo cáo nếu có, nếu không thì theo số thiết bị tự đếm. Không bao giờ cộng hai số.",
        "The share is that of the reported number if there is one, else that of the devices that counted themselves. The two are "
            + "never added.")
    static let reportNote = Phrase(
        "Tuần từ thứ Hai đến Chủ nhật, giờ UTC.", "A week is Monday to Sunday, in UTC.")

    static let audit = Phrase("Nhật ký", "Audit log")
    static let auditAll = Phrase("Mọi thao tác của mọi người, mới nhất trước.", "What everybody did, newest first.")
    static let auditOwn = Phrase("Những gì bạn đã làm, mới nhất trước.", "What you did, newest first.")
    static let older = Phrase("Cũ hơn", "Older")
    static let nothing = Phrase("Chưa có gì.", "Nothing yet.")
}
